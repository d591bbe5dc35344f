import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a stand-in keeps over restarts, as one file of JSON. */
export interface KeptFile<T> {
  /** An unreadable file counts as none. */
  read(): T | null;
  save(value: T): void;
}

/** `dataDir` null: everything is in memory, and nothing is kept. */
export function openKeptFile<T>(dataDir: string | null, name: string): KeptFile<T> {
  if (dataDir === null) return { read: () => null, save: () => undefined };
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, name);
  return {
    read() {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as T;
      } catch {
        return null;
      }
    },
    save(value) {
      writeFileSync(`${path}.next`, JSON.stringify(value), { mode: 0o600 });
      renameSync(`${path}.next`, path);
    },
  };
}
