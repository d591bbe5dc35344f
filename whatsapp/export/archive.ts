import { Readable } from 'node:stream';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { toPlain } from './plain';
import { ExportRefusedError } from './refused';

/** Bytes that can be read at any place, however many they are. */
export interface RandomAccess {
  sizeBytes: number;
  /** From the byte `from` up to the one before `to`. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** A file that came with the chat. */
export interface AttachedFile {
  sizeBytes: number;
  bytes: AsyncIterable<Uint8Array>;
}

/** An exported chat as it came: its text, and the files beside it by their plain names. */
export interface ExportedFile {
  /** The text's own name; null: it came without an archive. */
  chatName: string | null;
  names: ReadonlySet<string>;
  /** From its beginning, as often as it is asked. */
  readText(): AsyncIterable<Uint8Array>;
  open(name: string): Promise<AttachedFile | null>;
  close(): void;
}

/** WhatsApp exports 10,000 messages with media, or 40,000 without. */
const mostEntries = 15_000;
const longestTextBytes = 100_000_000;
const mostBytesUnpacked = 10_000_000_000;
/** Text is packed to a tenth, films hardly at all. */
const highestRatio = 200;
const smallBytes = 1_000_000;
const mostNameBytes = 1_000;
const mostExtraBytes = 4_000;

class Reader extends RandomAccessReader {
  constructor(private readonly source: RandomAccess) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.source.read(start, end), { objectMode: false });
  }
}

const isUnsafe = (entry: Entry): boolean =>
  entry.isEncrypted() ||
  entry.fileNameRaw.length > mostNameBytes ||
  entry.extraFieldRaw.length + entry.fileCommentRaw.length > mostExtraBytes ||
  (entry.uncompressedSize > smallBytes && entry.uncompressedSize > entry.compressedSize * highestRatio);

/** yauzl refuses names that lead out of the archive, and what its own table does not tell rightly. */
function toRefusal(error: unknown): unknown {
  if (error instanceof ExportRefusedError) return error;
  const isOfNames =
    error instanceof Error && /relative path|absolute path|characters in fileName/.test(error.message);
  return new ExportRefusedError(isOfNames ? 'export_unsafe' : 'export_broken', { cause: error });
}

/** The list of an archive, checked whole before anything of it is unpacked. */
async function listEntries(zip: ZipFile, sizeBytes: number): Promise<Entry[]> {
  if (zip.entryCount > mostEntries) throw new ExportRefusedError('export_unsafe');
  const entries: Entry[] = [];
  let [packed, unpacked] = [0, 0];
  for await (const entry of zip.eachEntry()) {
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
    // Entries that lie over each other are how a small archive unpacks to more than any disk.
    if (isUnsafe(entry) || packed > sizeBytes || unpacked > mostBytesUnpacked)
      throw new ExportRefusedError('export_unsafe');
    if (!entry.fileName.endsWith('/')) entries.push(entry);
    if (entries.length > mostEntries) throw new ExportRefusedError('export_unsafe');
  }
  return entries;
}

const baseName = (entry: Entry): string => entry.fileName.split('/').at(-1) ?? '';
const toKey = (name: string): string => toPlain(name).normalize('NFC');

/** macOS packs a shadow of each file. */
const isOfMac = (entry: Entry): boolean =>
  entry.fileName.split('/').includes('__MACOSX') || baseName(entry).startsWith('._');

function findChat(entries: readonly Entry[]): Entry {
  const texts = entries.filter((entry) => /\.txt$/i.test(entry.fileName) && !isOfMac(entry));
  const isNamed = (shape: RegExp) => texts.filter((entry) => shape.test(baseName(entry)));
  const [own, ...others] = isNamed(/^_chat\.txt$/i);
  // Of several chats in one archive none may be left out without a word.
  if (others.length > 0) throw new ExportRefusedError('export_unsafe');
  const chat = own ?? isNamed(/whatsapp/i)[0] ?? texts[0];
  if (!chat) throw new ExportRefusedError('export_no_chat');
  if (chat.uncompressedSize > longestTextBytes) throw new ExportRefusedError('export_too_large');
  return chat;
}

async function* unpack(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) yield chunk as Uint8Array;
  } catch (error) {
    throw toRefusal(error);
  }
}

async function openArchive(source: RandomAccess): Promise<ExportedFile> {
  const options = { autoClose: false, strictFileNames: true };
  const zip = await fromRandomAccessReaderPromise(new Reader(source), source.sizeBytes, options);
  const entries = await listEntries(zip, source.sizeBytes);
  const chat = findChat(entries);
  const files = new Map(
    entries.flatMap((entry) => (entry === chat ? [] : [[toKey(baseName(entry)), entry]])),
  );
  return {
    chatName: baseName(chat),
    names: new Set(files.keys()),
    readText: () => unpack(zip, chat),
    open: (name) => {
      const entry = files.get(toKey(name));
      return Promise.resolve(entry ? { sizeBytes: entry.uncompressedSize, bytes: unpack(zip, entry) } : null);
    },
    close: () => zip.close(),
  };
}

function openText(source: RandomAccess): ExportedFile {
  if (source.sizeBytes > longestTextBytes) throw new ExportRefusedError('export_too_large');
  return {
    chatName: null,
    names: new Set(),
    readText: () => source.read(0, source.sizeBytes),
    open: () => Promise.resolve(null),
    close: () => undefined,
  };
}

async function isArchive(source: RandomAccess): Promise<boolean> {
  for await (const chunk of source.read(0, Math.min(4, source.sizeBytes)))
    return chunk[0] === 0x50 && chunk[1] === 0x4b && (chunk[2] ?? 255) < 9;
  return false;
}

/** Opens what “Export chat” made: an archive, or its text alone. Throws `ExportRefusedError`; nothing is unpacked to a disk, ever. */
export async function openExport(source: RandomAccess): Promise<ExportedFile> {
  if (!(await isArchive(source))) return openText(source);
  try {
    return await openArchive(source);
  } catch (error) {
    throw toRefusal(error);
  }
}
