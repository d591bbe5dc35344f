import type { MediaDoc, MediaReason } from '../../store/media/media';
import type { Store } from '../../store/store';
import { routeOutcomes } from './route-file';

/** The bytes of a file as they come in. */
export interface FileBytes {
  bytes: AsyncIterable<Uint8Array>;
  /** Null: as the message said. */
  mimeType: string | null;
}

const isHad = ({ state }: MediaDoc): boolean => state !== 'wanted' && state !== 'lost';

/**
 * Keeps the bytes of a file. The order of writes: the content, then the file's own state, then what is to be told. A crash in between leaves
 * a content that nobody has, and the same bytes again heal it. Gives the parked links to wake.
 */
export async function keepFile(
  store: Store,
  media: MediaDoc,
  { bytes, mimeType }: FileBytes,
): Promise<string[]> {
  const { maxBytes } = store.media.limits;
  const content = await store.contents.save(bytes, { maxBytes, sha256: media.sha256 });
  for (let file: MediaDoc | null = media; file && !isHad(file); file = await store.media.load(media._id)) {
    const kept = await store.media.keep(file, { ...content, mimeType });
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
