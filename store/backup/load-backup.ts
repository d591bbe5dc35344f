import mongoose from 'mongoose';
import { BackupError } from './backup-error';
import { keptOver, listToEmpty } from './collections';
import type { Frame } from './file-form';
import type { Progress } from './write-backup';

type Db = mongoose.mongo.Db;
type Row = mongoose.mongo.Document;

const maxDocuments = 500;
const maxBytes = 8_000_000;

/** As they were, to the kind of each number. */
const toRow = (bson: Buffer): Row => mongoose.mongo.BSON.deserialize(bson, { promoteValues: false });

/** Beside what is there; what is there already stays as it is. */
async function addTo(db: Db, name: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows)
    await db
      .collection<Row>(name)
      .updateOne({ _id: row['_id'] as never }, { $setOnInsert: row }, { upsert: true });
}

/** Collects the documents of one collection into writes. */
function createInserter(db: Db, onProgress: Progress) {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let [name, count] = ['', 0];
  async function flush(): Promise<void> {
    if (waiting.length === 0) return;
    if (keptOver.includes(name)) await addTo(db, name, waiting.map(toRow));
    else await db.collection(name).insertMany(waiting.map(toRow), { ordered: false });
    waiting = [];
    bytes = 0;
  }
  return {
    async begin(next: string): Promise<void> {
      await flush();
      if (name !== '') onProgress(name, count);
      [name, count] = [next, 0];
    },
    async add(bson: Buffer): Promise<void> {
      waiting.push(bson);
      bytes += bson.length;
      count += 1;
      if (waiting.length >= maxDocuments || bytes >= maxBytes) await flush();
      if (count % 50_000 === 0) onProgress(name, count);
    },
  };
}

/** Empties the database, but for the mark of the restore. */
async function empty(db: Db): Promise<void> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  for (const name of listToEmpty(names)) await db.collection(name).drop();
}

/** How the driver finds the parts of a file: it makes these indexes itself only where no file is yet. */
async function indexFiles(db: Db): Promise<void> {
  await db.collection('media_files.files').createIndex({ filename: 1, uploadDate: 1 });
  await db.collection('media_files.chunks').createIndex({ files_id: 1, n: 1 }, { unique: true });
}

/** Puts what is in a backup in place of what is in the database. Broken off, it is done again from its beginning. */
export async function loadBackup(db: Db, frames: AsyncIterable<Frame>, onProgress: Progress): Promise<void> {
  await empty(db);
  const inserter = createInserter(db, onProgress);
  let isWhole = false;
  for await (const frame of frames) {
    if (frame.kind === 'collection') await inserter.begin(frame.name);
    if (frame.kind === 'document') await inserter.add(frame.bson);
    if (frame.kind === 'end') isWhole = true;
  }
  await inserter.begin('');
  if (!isWhole) throw new BackupError('The backup has no end; the restore is not done.');
  await indexFiles(db);
}
