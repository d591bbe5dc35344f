import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bytes of attached files by id. */
export interface FileStore {
  save(id: number, bytes: Buffer): void;
  /** Absent when the file was deleted. */
  find(id: number): Buffer | undefined;
  remove(id: number): void;
}

/** Files that live as long as the process. */
export function createMemoryFiles(): FileStore {
  const files = new Map<number, Buffer>();
  return {
    save: (id, bytes) => void files.set(id, bytes),
    find: (id) => files.get(id),
    remove: (id) => void files.delete(id),
  };
}

/** Files below `dataDir/files`, one per id. */
export function createDiskFiles(dataDir: string): FileStore {
  const folder = join(dataDir, 'files');
  mkdirSync(folder, { recursive: true });
  const pathOf = (id: number) => join(folder, String(id));
  return {
    save: (id, bytes) => writeFileSync(pathOf(id), bytes, { mode: 0o600 }),
    find: (id) => {
      try {
        return readFileSync(pathOf(id));
      } catch {
        return undefined;
      }
    },
    remove: (id) => rmSync(pathOf(id), { force: true }),
  };
}
