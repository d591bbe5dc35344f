import { refusalOf, type FileWish } from '../../domain/files/wanted';
import type { AccountDoc } from '../../store/accounts';
import { ContentBusyError, FileTooLargeError, FileTypeError } from '../../store/media/errors';
import { expectHash, hashOf } from '../../store/media/hash';
import type { MediaDoc, MediaReason } from '../../store/media/media';
import type { KeptContent } from '../../store/media/outcomes';
import type { Store } from '../../store/store';
import { findOtherType, guessType, peek } from './content-type';
import { fileWishOf } from './file-wish';
import { keepSmallFiles, type KeepSmall, type SmallFile } from './keep-small';
import { routeOutcomes } from './route-file';

/** The bytes of a file as they come in. */
export interface FileBytes {
  bytes: AsyncIterable<Uint8Array>;
  /** Null: as the message said. */
  mimeType: string | null;
}

/** A file as it is kept now (null: it is gone), and the parked links to wake. */
export interface Kept {
  media: MediaDoc | null;
  parkedLinkIds: readonly string[];
}

/** So many bytes are held in memory, to be kept together with other files. */
const smallBytes = 256 * 1024;

const isHad = ({ state }: MediaDoc): boolean => state !== 'wanted' && state !== 'lost';

/** What its bytes are, where that is not what is said of them. Throws where its account does not want such ones. */
function checkType(
  wish: FileWish,
  { kind, mimeType: said }: MediaDoc,
  mimeType: string | null,
  head: Buffer,
) {
  const otherType = findOtherType(head, mimeType ?? said);
  const given = [mimeType, said, otherType].filter((type) => type !== null);
  const types = given.length > 0 ? given : [guessType(head)];
  if (types.some((type) => refusalOf(wish, { mimeType: type, sizeBytes: null }, kind)))
    throw new FileTypeError();
  return otherType;
}

/** Notes on a file that its content is kept, unless it was had meanwhile. */
async function keepContent(store: Store, media: MediaDoc, content: KeptContent): Promise<Kept> {
  let file: MediaDoc | null = media;
  while (file && !isHad(file)) {
    const kept = await store.media.keep(file, content);
    if (kept) return { media: kept, parkedLinkIds: await routeOutcomes(store, [kept]) };
    file = await store.media.load(media._id);
  }
  return { media: file, parkedLinkIds: [] };
}

/** Bytes that are all here are kept with others that are. */
async function keepWhole(
  store: Store,
  file: Omit<SmallFile, 'hash'>,
  { maxBytes, keepSmall }: { maxBytes: number; keepSmall: KeepSmall },
): Promise<Kept> {
  const { media, bytes, mimeType, otherType } = file;
  if (bytes.length > maxBytes) throw new FileTooLargeError();
  const hash = hashOf(bytes);
  expectHash(media.sha256, hash);
  const { content, kept, parkedLinkIds } = await keepSmall({ ...file, hash });
  if (!content) throw new ContentBusyError();
  if (kept) return { media: kept, parkedLinkIds };
  const late = await keepContent(store, media, { ...content, mimeType, otherType });
  return { ...late, parkedLinkIds: [...parkedLinkIds, ...late.parkedLinkIds] };
}

const keepAlone =
  (store: Store): KeepSmall =>
  async (file) => {
    const [kept] = await keepSmallFiles(store, [file]);
    return kept ?? { content: null, kept: null, parkedLinkIds: [] };
  };

/** What a caller has at hand: the file's account, and how bytes are kept that are all here (alone unless given). */
interface AtHand {
  account?: AccountDoc;
  keepSmall?: KeepSmall;
}

/**
 * Keeps the bytes of a file, unless its account does not want such ones: then it throws, and nothing is stored. The order of writes: the content,
 * then the file's own state, then what is to be told. A crash in between leaves a content that nobody has, and the same bytes again heal it.
 */
export async function keepFile(
  store: Store,
  media: MediaDoc,
  { bytes, mimeType }: FileBytes,
  { account, keepSmall = keepAlone(store) }: AtHand = {},
): Promise<Kept> {
  const owner = account ?? (await store.accounts.load(media.accountId));
  const wish = fileWishOf(store, owner?.policy);
  const { head, whole, all } = await peek(bytes, smallBytes);
  const otherType = checkType(wish, media, mimeType, head);
  const { maxBytes } = wish;
  if (whole) return keepWhole(store, { media, bytes: whole, mimeType, otherType }, { maxBytes, keepSmall });
  const content = await store.contents.save(all, { maxBytes, sha256: media.sha256 });
  return keepContent(store, media, { ...content, mimeType, otherType });
}

/** A file that cannot be had, which is told. Gives the parked links to wake. */
export async function loseFile(
  store: Store,
  media: MediaDoc,
  reason: MediaReason,
  nextAt: Date | null,
): Promise<string[]> {
  const lost = await store.media.lose(media, reason, nextAt);
  return lost ? routeOutcomes(store, [lost]) : [];
}
