import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, link, open, rm, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import mongoose from 'mongoose';
import { BackupError } from './backup-error';
import { toBackupOrder } from './collections';
import { through } from './through';
import { firstLine, formatVersion, lastLine, toBytes, type BackupHeader, type Frame } from './file-form';

type Db = mongoose.mongo.Db;
type Row = mongoose.mongo.Document;

/** How far a backup or a restore is. */
export type Progress = (collection: string, documents: number) => void;

/** So many documents in one answer; of the bytes of files a few, a megabyte each. */
const pageSizeOf = (name: string): number => (name.endsWith('.chunks') ? 8 : 500);

/** The documents as the server keeps them, by their ids: a page at a time, so that no cursor can be lost on the way. */
async function* readCollection(db: Db, name: string): AsyncGenerator<Buffer> {
  const limit = pageSizeOf(name);
  let filter: mongoose.mongo.Filter<Row> = {};
  for (;;) {
    const options = { raw: true, sort: { _id: 1 }, limit } as const;
    const page = (await db.collection(name).find(filter, options).toArray()) as unknown as Buffer[];
    yield* page;
    const newest = page.at(-1);
    if (!newest || page.length < limit) return;
    filter = { _id: { $gt: mongoose.mongo.BSON.deserialize(newest)['_id'] as never } };
  }
}

async function* dump(db: Db, header: BackupHeader, onProgress: Progress): AsyncGenerator<Frame> {
  yield { kind: 'header', header };
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const counts: Record<string, number> = {};
  for (const name of toBackupOrder(names)) {
    yield { kind: 'collection', name };
    let count = 0;
    for await (const bson of readCollection(db, name)) {
      yield { kind: 'document', bson };
      count += 1;
      if (count % 50_000 === 0) onProgress(name, count);
    }
    counts[name] = count;
    onProgress(name, count);
  }
  yield { kind: 'end', counts };
}

async function* toFile(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const start = Buffer.from(firstLine(formatVersion));
  hash.update(start);
  yield start;
  const bytes = Readable.from(toChunks(frames), { objectMode: false });
  for await (const chunk of through(bytes, createGzip({ level: 4 }))) {
    hash.update(chunk);
    yield chunk;
  }
  yield Buffer.from(lastLine(hash.digest('hex')));
}

const chunkBytes = 256 * 1_024;

/** Small documents together. */
async function* toChunks(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const frame of frames) {
    const bytes = toBytes(frame);
    waiting.push(bytes);
    size += bytes.length;
    if (size < chunkBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

/**
 * Writes the database into a file that its owner alone may read. Under its name it is there only when it is whole; one that was broken off leaves
 * `<path>.part`, which the next one writes over. A file of that name is never written over.
 */
export async function writeBackup(
  db: Db,
  path: string,
  header: BackupHeader,
  onProgress: Progress,
): Promise<void> {
  const part = `${path}.part`;
  const isThere = new BackupError(
    `${path} is there already, and a backup is never written over another one.`,
  );
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    throw isThere;
  await rm(part, { force: true });
  await pipeline(
    toFile(dump(db, header, onProgress)),
    createWriteStream(part, { mode: 0o600, flags: 'wx' }),
  ).catch((error: unknown) => {
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (syscall !== 'open' && syscall !== 'write') throw error;
    throw new BackupError(`${part} cannot be written (${code}).`, { cause: error });
  });
  const file = await open(part, 'r+');
  await file.sync();
  await file.close();
  try {
    await link(part, path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? isThere : error;
  }
  await unlink(part);
}
