import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import mongoose, { type Connection } from 'mongoose';
import { FileTooLargeError } from './errors';
import { expectHash } from './hash';

/** What is asked of bytes while they come. */
export interface Expected {
  maxBytes: number;
  /** Hex. */
  sha256?: string | null;
}

/** Bytes that are one chunk. */
export interface OneChunk {
  gridId: string;
  bytes: Buffer;
}

interface Chunk {
  files_id: mongoose.Types.ObjectId;
  n: number;
  data: mongoose.mongo.Binary;
}

const chunkBytes = 1_000_000;
const bucketName = 'media_files';

/** Where the chunks are, and how large. */
export const chunksIn = { chunks: `${bucketName}.chunks`, chunkBytes };

const toObjectId = (id: string) => new mongoose.Types.ObjectId(id);

/** The bytes of files in GridFS. Nothing is held in memory whole but what is small. */
export function createGrid(connection: Connection) {
  const files = () => connection.collection(`${bucketName}.files`);
  const chunks = () => connection.collection<Chunk>(chunksIn.chunks);
  let isIndexed: Promise<unknown> | null = null;

  /** As GridFS does it: chunks are found by their file. Once in a process; what failed is tried again. */
  function makeIndexes(): Promise<unknown> {
    isIndexed ??= Promise.all([
      files().createIndex({ filename: 1, uploadDate: 1 }),
      chunks().createIndex({ files_id: 1, n: 1 }, { unique: true }),
    ]).catch((error: unknown) => {
      isIndexed = null;
      throw error;
    });
    return isIndexed;
  }

  function openUpload(gridId: string) {
    if (!connection.db) throw new Error('The connection is closed.');
    const bucket = new mongoose.mongo.GridFSBucket(connection.db, { bucketName, chunkSizeBytes: chunkBytes });
    return bucket.openUploadStreamWithId(toObjectId(gridId), gridId);
  }

  return {
    /** Streams the bytes in, counting and hashing them on their way. */
    async write(gridId: string, bytes: AsyncIterable<Uint8Array>, { maxBytes, sha256 }: Expected) {
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
        openUpload(gridId),
      );
      const found = hash.digest('hex');
      expectHash(sha256, found);
      return { hash: found, sizeBytes };
    },

    /**
     * The same for many that are one chunk each: one request for all of them. What GridFS notes of a file beside its chunks is left out: a content
     * says it, and nobody reads it there.
     */
    async writeMany(small: readonly OneChunk[]): Promise<void> {
      await makeIndexes();
      await chunks().insertMany(
        small.map(({ gridId, bytes }) => ({
          ...{ files_id: toObjectId(gridId), n: 0, data: new mongoose.mongo.Binary(bytes) },
        })),
      );
    },

    /** One chunk at a time: the driver's own stream holds as many as one answer of the server has, a hundred perhaps. */
    async *read({ gridId, sizeBytes }: { gridId: string; sizeBytes: number }): AsyncGenerator<Buffer> {
      for (let [n, bytes] = [0, 0]; bytes < sizeBytes; n += 1) {
        const chunk = await chunks().findOne({ files_id: toObjectId(gridId), n });
        if (!chunk) throw new Error('A part of a file is missing.');
        const data = Buffer.from(chunk.data.buffer);
        bytes += data.length;
        yield data;
      }
    },

    async remove(gridIds: readonly string[]): Promise<void> {
      if (gridIds.length === 0) return;
      const ids = gridIds.map(toObjectId);
      await files().deleteMany({ _id: { $in: ids } });
      await chunks().deleteMany({ files_id: { $in: ids } });
    },
  };
}
