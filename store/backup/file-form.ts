import mongoose from 'mongoose';

/** Grows when a reader of today could not read it any more. */
export const formatVersion = 1;
export const firstLine = (version: number): string => `contact-link backup ${version}\n`;
/** `\nsha256 <64 hex digits>\n`, of all before it. */
export const lastLine = (sha256: string): string => `\nsha256 ${sha256}\n`;
export const lastLineBytes = lastLine('0'.repeat(64)).length;

/** What stands before the documents. */
export interface BackupHeader {
  /** When the reading began: what the product did from then on may be missing. */
  startedAt: Date;
  /** Of the product that made it. */
  version: string;
  /** Changes of stored data that were done on what is in it. */
  migrations: string[];
  /** Opens with the key that its secrets were sealed with. */
  keyCheck: string | null;
}

/** A part of a backup: its header, the name of the collection that follows, a document as BSON, or how many there were. */
export type Frame =
  | { kind: 'header'; header: BackupHeader }
  | { kind: 'collection'; name: string }
  | { kind: 'document'; bson: Buffer }
  | { kind: 'end'; counts: Record<string, number> };

const kinds = { header: 72, collection: 67, document: 68, end: 69 };
const { BSON } = mongoose.mongo;

function toBson(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'header':
      return BSON.serialize(frame.header);
    case 'collection':
      return BSON.serialize({ name: frame.name });
    case 'document':
      return frame.bson;
    case 'end':
      return BSON.serialize({ counts: frame.counts });
  }
}

/** A byte for the kind, then a BSON document, which begins with its own length. */
export const toBytes = (frame: Frame): Buffer => Buffer.concat([Buffer.of(kinds[frame.kind]), toBson(frame)]);

function toFrame(kind: number, bson: Buffer): Frame {
  if (kind === kinds.document) return { kind: 'document', bson };
  const read = BSON.deserialize(bson);
  if (kind === kinds.header) return { kind: 'header', header: read as BackupHeader };
  if (kind === kinds.collection) return { kind: 'collection', name: String(read['name']) };
  return { kind: 'end', counts: read['counts'] as Record<string, number> };
}

/** The frames in a stream of bytes, however it is cut. */
export async function* readFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let left: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    let at = 0;
    while (left.length >= at + 5) {
      const end = at + 1 + left.readInt32LE(at + 1);
      if (left.length < end) break;
      // A copy: the next chunk may be written over this memory.
      yield toFrame(left[at] ?? 0, Buffer.from(left.subarray(at + 1, end)));
      at = end;
    }
    left = left.subarray(at);
  }
}
