import { refusalOf } from '../../domain/files/wanted';
import { FileTypeError } from '../../store/media/errors';
import type { MediaDoc, MediaReason } from '../../store/media/media';
import type { Store } from '../../store/store';
import { findOtherType, guessType, peek } from './content-type';
import { fileWishOf } from './file-wish';
import { routeOutcomes } from './route-file';

/** The bytes of a file as they come in. */
export interface FileBytes {
  bytes: AsyncIterable<Uint8Array>;
  /** Null: as the message said. */
  mimeType: string | null;
}

const isHad = ({ state }: MediaDoc): boolean => state !== 'wanted' && state !== 'lost';

/**
 * Keeps the bytes of a file, unless its account does not want such ones: then it throws, and nothing is stored. The order of writes: the content, then the file's own state, then what is to be told. A crash in between leaves
 * a content that nobody has, and the same bytes again heal it. Gives the parked links to wake.
 */
export async function keepFile(
  store: Store,
  media: MediaDoc,
  { bytes, mimeType }: FileBytes,
): Promise<string[]> {
  const account = await store.accounts.load(media.accountId);
  const wish = fileWishOf(store, account?.policy);
  const { head, all } = await peek(bytes);
  const otherType = findOtherType(head, mimeType ?? media.mimeType);
  const said = [mimeType, media.mimeType, otherType].filter((type) => type !== null);
  const types = said.length > 0 ? said : [guessType(head)];
  if (types.some((type) => refusalOf(wish, { mimeType: type, sizeBytes: null }, media.kind)))
    throw new FileTypeError();
  const content = await store.contents.save(all, { maxBytes: wish.maxBytes, sha256: media.sha256 });
  for (let file: MediaDoc | null = media; file && !isHad(file); file = await store.media.load(media._id)) {
    const kept = await store.media.keep(file, { ...content, mimeType, otherType });
    if (kept) return routeOutcomes(store, [kept]);
  }
  return [];
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
