import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isListening, waitUntil } from '../ports';
import { endProcess } from '../processes/end-process';
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
  const child = spawn(process.execPath, [join(__dirname, 'guard.mjs'), program, ...args]);
  let tail = '';
  const keepTail = (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-2000));
  child.stdout.on('data', keepTail);
  child.stderr.on('data', keepTail);
  child.stdin.on('error', () => undefined);
  async function stop(): Promise<void> {
    child.ref();
    await endProcess(child, 10_000, () => child.stdin.end());
  }
  const isPossible = () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${tail.trim()}`);
  };
  try {
    await waitUntil(() => isListening(port), { what: name, limitMs: 60_000, isPossible });
  } catch (error) {
    await stop();
    throw error;
  }
  // A server must not keep its parent from ending.
  child.unref();
  for (const stream of child.stdio) (stream as { unref?: () => void } | null)?.unref?.();
  return { pid: child.pid ?? 0, stop };
}
