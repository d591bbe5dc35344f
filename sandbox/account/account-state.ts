import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const planned = z.object({
  person: z.number().int(),
  index: z.number().int(),
  sentAtSeconds: z.number().int(),
});

const stateSchema = z.object({
  accountId: z.string(),
  /** The ingest token: shown once by the API, so it is kept here. */
  token: z.string(),
  /** History was said in the two days before this moment. */
  startedAtMs: z.number(),
  isHistoryPosted: z.boolean(),
  /** Places in `people` that were linked already. */
  linked: z.array(z.number().int()),
  /** How many live messages were planned per person. */
  liveCounts: z.array(z.number().int()),
  /** A live message that may not have arrived: it is posted again as it was. */
  pending: planned.nullable(),
});

/** The account's memory between runs. */
export type AccountState = z.infer<typeof stateSchema>;
/** One live message, settled before it is posted. */
export type PlannedMessage = z.infer<typeof planned>;

/** Keeps the state in `dataDir/account.json`. */
export interface StateFile {
  /** Absent on the first run, and when the file cannot be read. */
  find(): AccountState | undefined;
  save(state: AccountState): void;
}

export function createStateFile(dataDir: string): StateFile {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'account.json');
  return {
    find: () => {
      try {
        return stateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
      } catch {
        return undefined;
      }
    },
    save: (state) => {
      writeFileSync(`${path}.next`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${path}.next`, path);
    },
  };
}
