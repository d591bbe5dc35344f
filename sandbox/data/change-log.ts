import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './records';

/** Where changes go before they are answered. */
export interface ChangeLog {
  append(changes: readonly Change[]): void;
  close(): void;
}

/** Keeps nothing: the portal lives in memory only. */
export const noChangeLog: ChangeLog = { append: () => undefined, close: () => undefined };

const toLines = (changes: readonly Change[]) =>
  changes.map((change) => `${JSON.stringify(change)}\n`).join('');

/** The changes of an earlier run, oldest first. A line torn by a SIGKILL was never answered: it is left out. */
export function readChanges(dataDir: string): Change[] {
  const path = join(dataDir, 'portal.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  const torn = lines.pop();
  const changes = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Change);
  if (torn !== undefined && torn !== '') process.stderr.write('sandbox portal: left out one torn line\n');
  return changes;
}

/**
 * Starts a log that holds exactly `snapshot` and grows by one write per commit. A write is handed to the kernel
 * before `append` returns, so it outlives a SIGKILL of this process.
 */
export function openChangeLog(dataDir: string, snapshot: readonly Change[]): ChangeLog {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'portal.jsonl');
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  for (let at = 0; at < snapshot.length; at += 1000) writeSync(file, toLines(snapshot.slice(at, at + 1000)));
  closeSync(file);
  renameSync(next, path);
  const log = openSync(path, 'a');
  return {
    append: (changes) => void writeSync(log, toLines(changes)),
    close: () => closeSync(log),
  };
}
