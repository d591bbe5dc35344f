import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Program {
  program: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
}

/** A service of the Compose file as a process: whenever it ends it is started again, as `restart: unless-stopped` does. */
export interface Service {
  name: string;
  kill(): void;
  /** Asks it to end, and starts it no more. */
  stop(): Promise<void>;
}

const restartAfterMs = 1_000;
const graceMs = 30_000;

/** Starts a service; what it prints goes to `logs/<name>.log` of the site. */
export function startService(name: string, site: string, { program, args, env, cwd }: Program): Service {
  mkdirSync(join(site, 'logs'), { recursive: true });
  const log = createWriteStream(join(site, 'logs', `${name}.log`), { flags: 'a' });
  let child: ChildProcess | null = null;
  let stopped = false;

  const ended = (async () => {
    while (!stopped) {
      child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      child.on('error', (error) => log.write(`${error.message}\n`));
      child.stdout?.pipe(log, { end: false });
      child.stderr?.pipe(log, { end: false });
      await once(child, 'exit');
      if (!stopped) await sleep(restartAfterMs);
    }
    log.end();
  })();

  return {
    name,
    kill: () => void child?.kill('SIGKILL'),
    stop: async () => {
      stopped = true;
      const killing = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      child?.kill('SIGTERM');
      await ended;
      clearTimeout(killing);
    },
  };
}
