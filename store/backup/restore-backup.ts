import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { newId, openConnection } from '../connection';
import { createLeases } from '../leases';
import { steps } from '../migrations/steps';
import { opens } from '../sealing/key-check';
import { keyCheckRecord } from '../sealing/records';
import { createSecretBox } from '../secret-box';
import { openStore } from '../store';
import { BackupError } from './backup-error';
import { signsOfUse } from './collections';
import type { BackupHeader } from './file-form';
import { loadBackup } from './load-backup';
import { processLeases } from './process-leases';
import { checkBackup, openBackup, type BackupFile } from './read-backup';
import { listForgotten } from './forgotten';
import { repairRestored } from './repair';
import { createRestores } from './restores';
import type { Progress } from './write-backup';

export interface AskedRestore {
  path: string;
  uri: string;
  encryptionKey: Buffer;
  /** Open what the backup has sealed with other keys: it is sealed anew with `encryptionKey`. */
  formerKeys: readonly Buffer[];
  /** Whether what is in the database may go. */
  replace: boolean;
  onProgress: Progress;
  /** How long running processes have to end. */
  endWithinMs?: number;
}

export interface Restored {
  /** Our ids of people who were forgotten after the backup, as far as the database that was replaced knew: they are back. */
  forgotten: string[];
}

async function readHeader(file: BackupFile): Promise<BackupHeader> {
  for await (const frame of openBackup(file)) if (frame.kind === 'header') return frame.header;
  throw new BackupError(`${file.path} has no header.`);
}

function checkHeader({ keyCheck, migrations, version }: BackupHeader, asked: AskedRestore): void {
  const known = new Set(steps.map(({ name }) => name));
  if (migrations.some((name) => !known.has(name)))
    throw new BackupError(
      `The backup was made by a newer version of Contact Link (${version}): restore it with that one.`,
    );
  const box = createSecretBox(asked.encryptionKey, asked.formerKeys);
  if (keyCheck !== null && !opens(box, keyCheck, keyCheckRecord))
    throw new BackupError(
      'ENCRYPTION_KEY is not the key that the secrets in this backup were sealed with: set that one, or name its file with --keys-from.',
    );
}

async function checkPlace({ db }: Connection, { replace }: AskedRestore): Promise<void> {
  for (const name of replace ? [] : signsOfUse)
    if ((await db?.collection(name).findOne({})) !== null)
      throw new BackupError(
        'The database is not empty: what is in it would be lost. Say --replace where that is meant.',
      );
}

/** Processes see the mark within seconds and end; one that died keeps its lease for a while longer. */
async function waitForProcesses(connection: Connection, limitMs: number): Promise<void> {
  const leases = createLeases(connection);
  const until = performance.now() + limitMs;
  while (await leases.isAnyTaken(processLeases)) {
    if (performance.now() > until)
      throw new BackupError('Processes of Contact Link still run on this database: stop them first.');
    await sleep(500);
  }
}

/**
 * Puts a backup in place of the database. The order of writes: all of the file is read and found right, then the mark, then everything that was
 * there goes, the documents come, they are made fit, indexes, `restored` last. Killed anywhere after the mark, it is asked for again and begins anew:
 * until it has come to its end nothing runs on this database.
 */
export async function restoreBackup(asked: AskedRestore): Promise<Restored> {
  const { path, uri, encryptionKey, formerKeys, onProgress, endWithinMs = 60_000 } = asked;
  const file = await checkBackup(path);
  const header = await readHeader(file);
  checkHeader(header, asked);
  const connection = await openConnection(uri);
  try {
    const { db } = connection;
    if (!db) throw new Error('The connection is closed.');
    const restores = createRestores(connection);
    const before = await restores.load();
    if (before?.state !== 'restoring') await checkPlace(connection, asked);
    await restores.begin(newId(), header.startedAt);
    try {
      await waitForProcesses(connection, endWithinMs);
    } catch (error) {
      await restores.giveUp(before);
      throw error;
    }
    await loadBackup(db, openBackup(file), onProgress);
    await repairRestored(db, header.startedAt);
    const store = await openStore({ uri, encryptionKey, formerKeys, isRestoring: true });
    await store.reseal();
    const forgotten = await listForgotten(store, header.startedAt);
    await store.close();
    await restores.finish();
    return { forgotten };
  } finally {
    await connection.close();
  }
}
