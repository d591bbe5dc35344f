import { endsWithMarker } from '../../domain/digest';
import type { Ask, AskOptions } from './ask';
import { askPage } from './owner';
import { readComments, type TimelineComment } from './comment-reader';
import { Bitrix24Error } from '../errors';

export interface MarkerQuery {
  contactId: number;
  marker: string;
  /** Our time before which the comment cannot have been written. */
  sinceMs: number;
}

/** `unreadable`: whether the comment exists is not known, for example because the contact is gone. */
export type MarkerOutcome =
  { kind: 'found'; commentId: number } | { kind: 'absent' } | { kind: 'unreadable'; error: Bitrix24Error };

/** The portal cuts a comment's time to the second. */
const RESOLUTION_MS = 1_000;

/**
 * Each contact is read once, as far back as its oldest unfound query needs; the first pages go in one request. Where the
 * portal's clock is not known, everything is read.
 */
export async function findMarkers(
  ask: Ask,
  clockOffsetMs: () => number | null,
  queries: readonly MarkerQuery[],
  options: AskOptions,
): Promise<MarkerOutcome[]> {
  const contactIds = new Set(queries.map(({ contactId }) => contactId));
  const pages = new Map<number, TimelineComment[] | Bitrix24Error>();
  const together = { ...options, group: Symbol('markers') };
  const isDecided = (query: MarkerQuery, comments: TimelineComment[]): boolean => {
    if (findMarked(query, comments) !== undefined) return true;
    // Asked after a page was read, whose answer has the portal's time.
    const offsetMs = clockOffsetMs();
    const oldestMs = comments.at(-1)?.createdAtMs ?? Number.POSITIVE_INFINITY;
    return offsetMs !== null && oldestMs < query.sinceMs + offsetMs - RESOLUTION_MS;
  };
  const reads = [...contactIds].map(async (contactId) => {
    const asked = queries.filter((query) => query.contactId === contactId);
    const isEnough = (comments: TimelineComment[]) => asked.every((query) => isDecided(query, comments));
    const read = readComments(ask, contactId, isEnough, together);
    pages.set(contactId, await askPage(ask, read, together).catch(toFailure));
  });
  await Promise.all(reads);
  return queries.map((query) => toOutcome(query, pages.get(query.contactId) ?? []));
}

const findMarked = ({ marker }: MarkerQuery, comments: TimelineComment[]): TimelineComment | undefined =>
  comments.find(({ text }) => endsWithMarker(text, marker));

function toOutcome(query: MarkerQuery, comments: TimelineComment[] | Bitrix24Error): MarkerOutcome {
  if (comments instanceof Bitrix24Error) return { kind: 'unreadable', error: comments };
  const found = findMarked(query, comments);
  return found ? { kind: 'found', commentId: found.id } : { kind: 'absent' };
}

function toFailure(error: unknown): Bitrix24Error {
  if (error instanceof Bitrix24Error) return error;
  throw error;
}
