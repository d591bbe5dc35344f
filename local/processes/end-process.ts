import type { ChildProcess } from 'node:child_process';

/** Asks a process to end, by SIGTERM unless said otherwise, and kills it after the grace; resolves when it is gone. */
export async function endProcess(
  child: ChildProcess,
  graceMs: number,
  ask: () => void = () => child.kill('SIGTERM'),
): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
  ask();
  await ended;
  clearTimeout(killing);
}
