import { Readable } from 'node:stream';
import { Schema, type Connection } from 'mongoose';
import { insertNew } from '../bulk';
import { newId } from '../connection';
import { changeOne, insertOne, listAll, loadOne } from '../queries';
import { createContentRanges, type ContentRanges } from './content-ranges';
import { ContentBusyError } from './errors';
import { chunksIn, createGrid, type Expected } from './grid';

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
const inADay = (): Date => new Date(Date.now() + orphanAfterMs);
const toUploadId = (gridId: string): string => `upload/${gridId}`;
const toNote = (gridId: string): ContentDoc => ({
  ...{ _id: toUploadId(gridId), gridId, sizeBytes: 0, sweepAt: inADay(), deletingAt: null },
});

/** What is kept of a file's bytes. */
export interface KeptBytes {
  hash: string;
  sizeBytes: number;
}

/** The bytes of files, in GridFS. Nothing is held in memory whole. */
export function createContents(connection: Connection) {
  const model = connection.model<ContentDoc>('MediaContent', contentSchema, 'media_contents');
  const grid = createGrid(connection);

  /** Keeps what is there from being swept for a day. False: it is being deleted, or is not there. */
  const hold = (hash: string): Promise<boolean> =>
    changeOne(model, { _id: hash, deletingAt: null }, { $set: { sweepAt: inADay() } });

  /** Notes written bytes as contents, and the uploads away. Of two at once one is kept. Gives the hashes of those that are there then. */
  async function keep(written: readonly (KeptBytes & { gridId: string })[]): Promise<Set<string>> {
    const taken = await insertNew(
      model,
      written.map(({ hash: _id, gridId, sizeBytes }) => ({ ...toNote(gridId), _id, sizeBytes })),
    );
    const kept = new Set(written.map(({ hash }) => hash));
    const doubles = written.filter((_, index) => taken.has(index));
    for (const { hash } of doubles) if (!(await hold(hash))) kept.delete(hash);
    await grid.remove(doubles.map(({ gridId }) => gridId));
    await model.deleteMany({ _id: { $in: written.map(({ gridId }) => toUploadId(gridId)) } });
    return kept;
  }

  return {
    model,
    /**
     * Stores bytes once. The order of writes: a note of the upload, the bytes, the content under its hash, the note away. A crash in between leaves
     * the note, by which the sweep finds the bytes. Of two at once one is kept. Throws when they are too many, or not those of the hash.
     */
    async save(bytes: AsyncIterable<Uint8Array>, expected: Expected): Promise<KeptBytes> {
      const gridId = newId();
      await insertOne<ContentDoc>(model, toNote(gridId));
      const written = await grid.write(gridId, bytes, expected).catch(async (error: unknown) => {
        // Best effort, and the note stays: a chunk may be on its way still, and the sweep deletes once more.
        await grid.remove([gridId]).catch(() => undefined);
        throw error;
      });
      // From here on the bytes may be somebody's, whatever goes wrong: the sweep sees whose they are.
      if (!(await keep([{ ...written, gridId }])).has(written.hash)) throw new ContentBusyError();
      return written;
    },

    /** The same for files that are one chunk each, by their `hashOf`. Null in the place of one whose bytes are just being deleted: they can be stored in a moment. */
    async saveMany(files: readonly { hash: string; bytes: Buffer }[]): Promise<(KeptBytes | null)[]> {
      const small = [...new Map(files.map(({ hash, bytes }) => [hash, bytes]))].map(([hash, bytes]) => ({
        ...{ hash, bytes, sizeBytes: bytes.length, gridId: newId() },
      }));
      await insertNew(
        model,
        small.map(({ gridId }) => toNote(gridId)),
      );
      await grid.writeMany(small);
      const kept = await keep(small);
      return files.map(({ hash, bytes }) => (kept.has(hash) ? { hash, sizeBytes: bytes.length } : null));
    },

    hold,

    load: (hash: string): Promise<ContentDoc | null> => loadOne(model, hash),

    /** The bytes as a stream; null when they are not kept. */
    async open(hash: string): Promise<Readable | null> {
      const content = await loadOne(model, hash);
      return content ? Readable.from(grid.read(content), { objectMode: false }) : null;
    },

    /** The bytes to be read at any place; null when they are not kept. */
    async openRanges(hash: string): Promise<ContentRanges | null> {
      const content = await loadOne(model, hash);
      return content ? createContentRanges({ connection, ...chunksIn }, content) : null;
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
      if (!isKept) await grid.remove([gridId]);
      await model.deleteOne({ _id });
      return !isKept;
    },
  };
}
