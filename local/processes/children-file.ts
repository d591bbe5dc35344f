import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { waitUntil } from '../ports';
import { identify, isSameProcess } from './process-identity';

const schema = z.array(
  z.object({ name: z.string(), pid: z.int().positive(), startedAt: z.string().nullable() }),
);

/** Processes that this starter began, written down so that the next starter can end them if this one is killed. */
type ChildRecord = z.infer<typeof schema>[number];

export type ChildrenFile = ReturnType<typeof createChildrenFile>;

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
    /** Processes that an earlier starter left running; a process that merely got the same pid is not among them. */
    listLeftovers: (): ChildRecord[] => loadRecords(path).filter(isSameProcess),
  };
}

function loadRecords(path: string): ChildRecord[] {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}

/** Ends these processes one after the other: SIGTERM, after the grace SIGKILL; returns when all are gone. */
export async function stopLeftovers(records: ChildRecord[], graceMs: number): Promise<void> {
  for (const record of records) {
    if (!(await isEndedBy('SIGTERM', record, graceMs))) await isEndedBy('SIGKILL', record, 5_000);
  }
}

function isEndedBy(signal: NodeJS.Signals, record: ChildRecord, limitMs: number): Promise<boolean> {
  const isGone = () => Promise.resolve(!isSameProcess(record));
  try {
    if (isSameProcess(record)) process.kill(record.pid, signal);
  } catch {
    // It ended in between.
  }
  return waitUntil(isGone, { what: record.name, limitMs }).then(
    () => true,
    () => false,
  );
}
