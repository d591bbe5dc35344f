import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import mongoose, { Schema, type Connection } from 'mongoose';
import { newId } from '../connection';
import { changeOne, insertOne, listAll, loadOne, unlessTaken } from '../queries';
import { createContentRanges, type ContentRanges } from './content-ranges';
import { ContentBusyError, FileTooLargeError, HashMismatchError } from './errors';

/**
 * A content that is kept once, by the SHA-256 of its bytes; or, as `upload/<gridId>`, bytes that are being written, so that those of a
 * process that died are found.
 */
export interface ContentDoc {
  _id: string;
  gridId: string;
  sizeBytes: number;
  /** When to see whether a file still has it; null: one does. */
  sweepAt: Date | null;
  deletingAt: Date | null;
}

const contentSchema = new Schema<ContentDoc>(
  {
    _id: String,
    gridId: { type: String, required: true },
    sizeBytes: { type: Number, required: true },
    sweepAt: { type: Date, default: null },
    deletingAt: { type: Date, default: null },
  },
  { versionKey: false },
)
  .index({ sweepAt: 1 })
  .index({ gridId: 1 });

/** What nobody refers to is kept for a day: a crash between the bytes and their file is repaired by sending them again. */
const orphanAfterMs = 24 * 3_600_000;
/** A deletion that takes longer died in between. */
const deletionMs = 10 * 60_000;
const chunkBytes = 1_000_000;
const bucketName = 'media_files';

const inADay = (): Date => new Date(Date.now() + orphanAfterMs);
const toUploadId = (gridId: string): string => `upload/${gridId}`;
const toObjectId = (id: string) => new mongoose.Types.ObjectId(id);

interface Chunk {
  files_id: mongoose.Types.ObjectId;
  n: number;
  data: mongoose.mongo.Binary;
}

/** What is asked of bytes while they come. */
export interface Expected {
  maxBytes: number;
  /** Hex. */
  sha256?: string | null;
}

/** The bytes of files, in GridFS. Nothing is held in memory whole. */
export function createContents(connection: Connection) {
  const model = connection.model<ContentDoc>('MediaContent', contentSchema, 'media_contents');
  function bucket() {
    if (!connection.db) throw new Error('The connection is closed.');
    return new mongoose.mongo.GridFSBucket(connection.db, { bucketName, chunkSizeBytes: chunkBytes });
  }

  async function deleteBytes(gridId: string): Promise<void> {
    const id = toObjectId(gridId);
    await connection.collection(`${bucketName}.files`).deleteOne({ _id: id });
    await connection.collection(`${bucketName}.chunks`).deleteMany({ files_id: id });
  }

  /** Streams the bytes in, counting and hashing them on their way; what does not fit leaves nothing behind. */
  async function write(gridId: string, bytes: AsyncIterable<Uint8Array>, { maxBytes, sha256 }: Expected) {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    await pipeline(
      bytes,
      async function* (source: AsyncIterable<Uint8Array>) {
        for await (const chunk of source) {
          sizeBytes += chunk.length;
          if (sizeBytes > maxBytes) throw new FileTooLargeError();
          hash.update(chunk);
          yield chunk;
        }
      },
      bucket().openUploadStreamWithId(toObjectId(gridId), gridId),
    );
    const found = hash.digest('hex');
    if (sha256 && sha256.toLowerCase() !== found) throw new HashMismatchError();
    return { hash: found, sizeBytes };
  }

  /** One chunk at a time: the driver's own stream holds as many as one answer of the server has, a hundred perhaps. */
  async function* readChunks({ gridId, sizeBytes }: ContentDoc): AsyncGenerator<Buffer> {
    const chunks = connection.collection<Chunk>(`${bucketName}.chunks`);
    for (let [n, bytes] = [0, 0]; bytes < sizeBytes; n += 1) {
      const chunk = await chunks.findOne({ files_id: toObjectId(gridId), n });
      if (!chunk) throw new Error('A part of a file is missing.');
      const data = Buffer.from(chunk.data.buffer);
      bytes += data.length;
      yield data;
    }
  }

  /** Keeps what is there from being swept for a day. False: it is being deleted, or is not there. */
  const hold = (hash: string): Promise<boolean> =>
    changeOne(model, { _id: hash, deletingAt: null }, { $set: { sweepAt: inADay() } });

  return {
    model,
    /**
     * Stores bytes once. The order of writes: a note of the upload, the bytes, the content under its hash, the note away. A crash in between leaves
     * the note, by which the sweep finds the bytes. Of two at once one is kept. Throws when they are too many, or not those of the hash.
     */
    async save(
      bytes: AsyncIterable<Uint8Array>,
      expected: Expected,
    ): Promise<{ hash: string; sizeBytes: number }> {
      const gridId = newId();
      const note = { _id: toUploadId(gridId), gridId, sizeBytes: 0, sweepAt: inADay(), deletingAt: null };
      await insertOne<ContentDoc>(model, note);
      try {
        const written = await write(gridId, bytes, expected);
        const content = { _id: written.hash, gridId, sizeBytes: written.sizeBytes, sweepAt: inADay() };
        const isFirst = (await unlessTaken(() => insertOne<ContentDoc>(model, content))) !== null;
        if (!isFirst && !(await hold(written.hash))) throw new ContentBusyError();
        if (!isFirst) await deleteBytes(gridId);
        await model.deleteOne({ _id: note._id });
        return written;
      } catch (error) {
        // Best effort, and the note stays: a chunk may be on its way still, and the sweep deletes once more.
        await deleteBytes(gridId).catch(() => undefined);
        throw error;
      }
    },

    hold,

    load: (hash: string): Promise<ContentDoc | null> => loadOne(model, hash),

    /** The bytes as a stream; null when they are not kept. */
    async open(hash: string): Promise<Readable | null> {
      const content = await loadOne(model, hash);
      return content ? Readable.from(readChunks(content), { objectMode: false }) : null;
    },

    /** The bytes to be read at any place; null when they are not kept. */
    async openRanges(hash: string): Promise<ContentRanges | null> {
      const content = await loadOne(model, hash);
      const where = { connection, chunks: `${bucketName}.chunks`, chunkBytes };
      return content ? createContentRanges(where, content) : null;
    },

    /** Contents of which it is to be seen whether a file still has them. */
    listToSweep: (now: Date, limit: number): Promise<ContentDoc[]> =>
      listAll(model, { sweepAt: { $gt: new Date(0), $lte: now } }, { sort: { sweepAt: 1 }, limit }),

    /** A file gave the content up: it may have been the last. */
    async sweepSoon(hash: string): Promise<void> {
      await model.updateOne({ _id: hash }, { $set: { sweepAt: new Date() } });
    },

    /**
     * Deletes what no file has. Whoever stores the same bytes meanwhile has moved `sweepAt` before, or is told to come back; a
     * file that refers to it is seen by `isNeeded`, which is asked after nobody new can get it.
     */
    async sweep(content: ContentDoc, isNeeded: (hash: string) => Promise<boolean>): Promise<boolean> {
      const { _id, gridId, sweepAt, deletingAt } = content;
      if (deletingAt && Date.now() - deletingAt.getTime() < deletionMs) return false;
      if (!(await changeOne(model, { _id, sweepAt, deletingAt }, { $set: { deletingAt: new Date() } })))
        return false;
      const isUpload = _id === toUploadId(gridId);
      const isKept = isUpload
        ? (await model.exists({ gridId, _id: { $ne: _id } })) !== null
        : await isNeeded(_id);
      if (isKept && !isUpload) {
        await model.updateOne({ _id }, { $set: { deletingAt: null, sweepAt: null } });
        return false;
      }
      if (!isKept) await deleteBytes(gridId);
      await model.deleteOne({ _id });
      return !isKept;
    },
  };
}
