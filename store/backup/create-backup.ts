import type mongoose from 'mongoose';
import type { Markers } from '../delivery/markers';
import type { createPortals } from '../portals/portals';
import type { KeyChecks } from '../sealing/key-check';
import { loadOne } from '../queries';
import { writeBackup, type Progress } from './write-backup';

interface Parts {
  db: mongoose.mongo.Db | undefined;
  portals: Pick<ReturnType<typeof createPortals>, 'list'>;
  markers: Markers;
  keyChecks: KeyChecks;
}

interface Asked {
  path: string;
  /** Of the product. */
  version: string;
  onProgress: Progress;
}

/** Writes a backup while the product goes on. Each portal's key of markers is made first: without it nobody would know its later entries. */
export async function createBackup(parts: Parts, { path, version, onProgress }: Asked): Promise<void> {
  const { db, portals, markers, keyChecks } = parts;
  if (!db) throw new Error('The connection is closed.');
  await keyChecks.begin();
  for (const { _id } of await portals.list()) await markers.of(_id);
  const done = await db.collection<{ _id: string }>('migrations').find().sort({ _id: 1 }).toArray();
  const keyCheck = (await loadOne(keyChecks.model, 'key'))?.sealed ?? null;
  const migrations = done.map(({ _id }) => _id);
  await writeBackup(db, path, { startedAt: new Date(), version, migrations, keyCheck }, onProgress);
}
