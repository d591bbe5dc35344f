import { lastLineOf, parseMarker } from '../../domain/content/marker';
import { Bitrix24Error } from '../errors';
import { toMap } from '../rest/answer';
import type { Ask, AskOptions } from './ask';
import { readComments } from './comment-reader';
import { askPage } from './owner';

/** A comment that ends with a marker. */
export interface MarkedComment {
  commentId: number;
  marker: string;
}

/** A contact's page, back to a time of ours. */
export interface PageSince extends AskOptions {
  contactId: number;
  sinceMs: number;
}

/** The portal cuts a comment's time to the second. */
const RESOLUTION_MS = 1_000;

/** The marked comments of a page that were written since, oldest first; perhaps some older ones. Where the portal's clock is not known, all are read. */
export async function listMarked(
  ask: Ask,
  clockOffsetMs: () => number | null,
  { contactId, sinceMs, ...options }: PageSince,
): Promise<MarkedComment[]> {
  const isOld = (createdAtMs: number): boolean => {
    const offsetMs = clockOffsetMs();
    return offsetMs !== null && createdAtMs < sinceMs + offsetMs - RESOLUTION_MS;
  };
  const read = readComments(
    ask,
    contactId,
    (comments) => comments.some((one) => isOld(one.createdAtMs)),
    options,
  );
  const comments = await askPage(ask, read, options);
  return comments
    .map(({ id, text }) => ({ commentId: id, marker: lastLineOf(text) }))
    .filter(({ marker }) => parseMarker(marker) !== null)
    .reverse();
}

/** The text of a comment as the page shows it; null when there is none any more. */
export async function readText(
  ask: Ask,
  { commentId, contactId, ...options }: { commentId: number; contactId: number } & AskOptions,
): Promise<string | null> {
  const method = 'crm.timeline.comment.get';
  try {
    const { result } = await ask(method, { id: commentId, ownerTypeId: 3, ownerId: contactId }, options);
    const text = toMap(result)['COMMENT'];
    return typeof text === 'string' ? text : null;
  } catch (error) {
    if (error instanceof Bitrix24Error && ['NOT_FOUND', 'OWNER_NOT_FOUND'].includes(error.code)) return null;
    throw error;
  }
}
