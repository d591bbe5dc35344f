import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isListening, waitUntil } from '../ports';
import type { Command } from './server-commands';

/** A server that ends with this process at the latest, even when this process is killed. */
export interface GuardedServer {
  pid: number;
  stop(): Promise<void>;
}

/** Starts a server and waits until its port accepts connections; throws with the end of its output when it ends before. */
export async function startGuarded(
  name: string,
  { program, args }: Command,
  port: number,
): Promise<GuardedServer> {
  const child = spawn(process.execPath, [join(__dirname, 'guard.mjs'), program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let tail = '';
  const keepTail = (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-2000));
  child.stdout.on('data', keepTail);
  child.stderr.on('data', keepTail);
  child.stdin.on('error', () => undefined);
  const stop = () => stopGuarded(child);
  try {
    await waitUntil(() => isListening(port), {
      what: name,
      limitMs: 60_000,
      isPossible: () => {
        if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${tail.trim()}`);
      },
    });
  } catch (error) {
    await stop();
    throw error;
  }
  unreference(child);
  return { pid: child.pid ?? 0, stop };
}

async function stopGuarded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  child.stdin?.end();
  const timeout = new AbortController();
  const kill = sleep(10_000, undefined, { signal: timeout.signal })
    .then(() => child.kill('SIGKILL'))
    .catch(() => undefined);
  await ended;
  timeout.abort();
  await kill;
}

/** A server must not keep its parent from ending. */
function unreference(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as { unref?: () => void } | null)?.unref?.();
}
