import { FileTooLargeError, FileTypeError } from '../../store/media/errors';
import { isStoreAway } from '../../store/store-away';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import { keepFile, loseFile, type FileBytes } from './keep-file';

/** What a source answers: the file, that it has it no more, or nothing that can be used now. */
export type Fetched =
  { kind: 'bytes'; file: FileBytes; sizeBytes: number | null } | { kind: 'gone' } | { kind: 'away' };

/** Asks the source of a file for it. */
export type FetchMedia = (media: MediaDoc) => Promise<Fetched>;

/** Longer than any file takes; a process that died loses its turn after it. */
const claimMs = 10 * 60_000;
const firstPauseMs = 15_000;
const longestPauseMs = 6 * 3_600_000;
/** A source that says "gone" so often means it. */
const triesUntilLost = 4;
/** One that does not answer for so long has lost it, for all we know. */
const awayUntilLostMs = 24 * 3_600_000;
/** What was lost is asked for again now and then, for so long. */
const askedForMs = 7 * 24 * 3_600_000;

const inMs = (ms: number): Date => new Date(Date.now() + ms);
const pauseOf = (tries: number): number =>
  Math.min(firstPauseMs * 4 ** Math.max(0, tries - 1), longestPauseMs);

/** When to ask again; null: never. */
const nextOf = ({ createdAt, tries }: MediaDoc): Date | null =>
  Date.now() - createdAt.getTime() > askedForMs ? null : inMs(pauseOf(tries));

async function noteMissing(store: Store, media: MediaDoc, isGone: boolean): Promise<string[]> {
  const { state, tries, createdAt } = media;
  const isLost = isGone ? tries >= triesUntilLost : Date.now() - createdAt.getTime() > awayUntilLostMs;
  if (state === 'wanted' && isLost) return loseFile(store, media, 'gone_at_source', nextOf(media));
  await store.media.postpone(media, nextOf(media));
  return [];
}

async function fetchClaimed(store: Store, media: MediaDoc, fetch: FetchMedia): Promise<string[]> {
  const fetched = await fetch(media);
  if (fetched.kind !== 'bytes') return noteMissing(store, media, fetched.kind === 'gone');
  if ((fetched.sizeBytes ?? 0) > store.media.limits.maxBytes) throw new FileTooLargeError();
  return [...(await keepFile(store, media, fetched.file)).parkedLinkIds];
}

/**
 * Fetches a file that is not had yet, by one process at a time; what fails is tried again after a pause that grows. Gives the parked
 * links to wake.
 */
export async function fetchFile(store: Store, due: MediaDoc, fetch: FetchMedia): Promise<string[]> {
  const media = await store.media.claim(due, claimMs);
  if (!media) return [];
  try {
    return await fetchClaimed(store, media, fetch);
  } catch (error) {
    if (isStoreAway(error)) throw error;
    if (error instanceof FileTooLargeError) return loseFile(store, media, 'too_large', null);
    if (error instanceof FileTypeError) return loseFile(store, media, 'type_refused', null);
    return noteMissing(store, media, false);
  }
}
