import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { toChildEnvironment } from './child-environment';
import type { ChildSpec } from './child-spec';
import type { ChildrenFile } from './children-file';

/** A process from its start to its end; `ended` says how, whether it ended well, and how long it lived. */
export interface Life {
  process: ChildProcess;
  ended: Promise<{ how: string; isFine: boolean; livedMs: number }>;
}

/** Starts the process; it is in the children's file as long as it lives. */
export function beginLife(spec: ChildSpec, logPath: string, file: ChildrenFile): Life {
  const startedAt = Date.now();
  const child = spawnDetached(spec, logPath);
  const { pid } = child;
  if (pid !== undefined) file.add(spec.name, pid);
  const ended: Life['ended'] = new Promise((resolve) => {
    const end = (how: string, isFine: boolean) => {
      if (pid !== undefined) file.remove(pid);
      resolve({ how, isFine, livedMs: Date.now() - startedAt });
    };
    child.once('error', (error) => end(error.message, false));
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`, code === 0));
  });
  return { process: child, ended };
}

/** In a process group of its own, so that Ctrl-C reaches only the starter, which ends its children in order. */
function spawnDetached({ command, env }: ChildSpec, logPath: string): ChildProcess {
  const log = openSync(logPath, 'a');
  try {
    return spawn(command.program, command.args, {
      cwd: join(__dirname, '../..'),
      env: toChildEnvironment(process.env, env),
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}
