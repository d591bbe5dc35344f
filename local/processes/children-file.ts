import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isSameProcess, type ProcessIdentity } from './process-identity';

/** A process that this starter began, written down so that the next starter can end it if this one is killed. */
export interface ChildRecord extends ProcessIdentity {
  name: string;
}

const schema = z.array(
  z.object({ name: z.string(), pid: z.int().positive(), startedAt: z.string().nullable() }),
);

/** The list in `DATA_DIR/children.json`; each change is on disk, complete, when the call returns. */
export function createChildrenFile(dataDir: string) {
  const path = join(dataDir, 'children.json');
  let records: ChildRecord[] = [];

  function save(next: ChildRecord[]): void {
    records = next;
    writeFileSync(`${path}.new`, `${JSON.stringify(records, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  }

  return {
    add: (name: string, pid: number): void => save([...records, { name, ...identify(pid) }]),
    remove: (pid: number): void => save(records.filter((record) => record.pid !== pid)),
    /** What an earlier starter left running; a process that merely got the same pid is not among them. */
    listLeftovers: (): ChildRecord[] => loadRecords(path).filter(isSameProcess),
  };
}

function loadRecords(path: string): ChildRecord[] {
  if (!existsSync(path)) return [];
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}

/** Ends these processes one after the other: SIGTERM, after the grace SIGKILL; returns when all are gone. */
export async function stopLeftovers(records: ChildRecord[], graceMs: number): Promise<void> {
  for (const record of records) {
    signal(record, 'SIGTERM');
    if (await isGoneWithin(record, graceMs)) continue;
    signal(record, 'SIGKILL');
    await isGoneWithin(record, 5_000);
  }
}

function signal(record: ChildRecord, name: NodeJS.Signals): void {
  if (!isSameProcess(record)) return;
  try {
    process.kill(record.pid, name);
  } catch {
    // It ended between the two lines.
  }
}

async function isGoneWithin(record: ChildRecord, limitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(50)) {
    if (!isSameProcess(record)) return true;
  }
  return !isSameProcess(record);
}
