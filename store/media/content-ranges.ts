import mongoose, { type Connection } from 'mongoose';

/** Bytes that are kept, to be read at any place. */
export interface ContentRanges {
  sizeBytes: number;
  /** From the byte `from` up to the one before `to`. */
  read(from: number, to: number): AsyncGenerator<Buffer>;
}

interface Where {
  connection: Connection;
  chunks: string;
  chunkBytes: number;
}

interface Chunk {
  files_id: mongoose.Types.ObjectId;
  n: number;
  data: mongoose.mongo.Binary;
}

/** One chunk is held: neighbours are read one after the other, and the table of an archive has hundreds in one. */
export function createContentRanges(
  { connection, chunks, chunkBytes }: Where,
  { gridId, sizeBytes }: { gridId: string; sizeBytes: number },
): ContentRanges {
  const files_id = new mongoose.Types.ObjectId(gridId);
  let held: { n: number; data: Buffer } | null = null;
  async function load(n: number): Promise<Buffer> {
    if (held?.n === n) return held.data;
    const chunk = await connection.collection<Chunk>(chunks).findOne({ files_id, n });
    if (!chunk) throw new Error('A part of a file is missing.');
    const data = Buffer.from(chunk.data.buffer);
    held = { n, data };
    return data;
  }
  return {
    sizeBytes,
    async *read(from, to) {
      for (let at = from; at < to;) {
        const n = Math.floor(at / chunkBytes);
        const data = await load(n);
        const piece = data.subarray(at - n * chunkBytes, to - n * chunkBytes);
        if (piece.length === 0) throw new Error('A part of a file is missing.');
        at += piece.length;
        yield piece;
      }
    },
  };
}
