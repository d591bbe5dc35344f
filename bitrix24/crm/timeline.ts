import type { Lane } from '../../domain/link';
import { toNumber } from '../rest/answer';
import type { Batcher } from '../batching/batcher';
import { Bitrix24Error, ContactGoneError, UnknownOutcomeError } from '../errors';
import { findMarkers, type MarkerOutcome, type MarkerQuery } from './markers';
import type { Ask, AskOptions } from './ask';

/** A comment that is to be posted once. `claim` decides, just before the request, whether it still is. */
export interface NewComment {
  contactId: number;
  text: string;
  lane: Lane;
  /** At most one comment per target is under way. */
  target: string;
  claim: (sentAt: Date) => Promise<boolean>;
  /** See `Submission.patienceMs`. */
  patienceMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export type AddedComment = { kind: 'added'; commentId: number } | { kind: 'notClaimed' };

/** A comment on one contact's page. */
export interface BoundComment extends AskOptions {
  commentId: number;
  contactId: number;
}

/** `claim` decides, just before the request, whether it is still wanted. */
export interface NewBinding extends BoundComment {
  claim?: ((sentAt: Date) => Promise<boolean>) | undefined;
}

/** The timelines of one portal's contacts. Every method throws the errors of `errors.ts`. */
export interface Timeline {
  /** Not idempotent: the portal never recognises a comment it already has. */
  addComment(comment: NewComment): Promise<AddedComment>;
  /** In the order of the queries; contacts are read together, up to 50 in one request. Never throws for one contact. */
  findMarkers(queries: readonly MarkerQuery[], options?: AskOptions): Promise<MarkerOutcome[]>;
  /** Shows the comment on another contact's page too; twice is once. False: it was not claimed, and nothing was sent. */
  bind(comment: NewBinding): Promise<boolean>;
  /** Takes the comment from one page; false when it was not there. */
  unbind(comment: BoundComment): Promise<boolean>;
  /** Takes the comment from this page and, when it was the last one, deletes it; false when it was gone already. */
  deleteComment(comment: BoundComment): Promise<boolean>;
}

/** `clockOffsetMs` is what to add to our clock to get the portal's; null while that is not known. */
export function createTimeline(batcher: Batcher, ask: Ask, clockOffsetMs: () => number | null): Timeline {
  async function addComment({ contactId, text, ...delivery }: NewComment): Promise<AddedComment> {
    const method = 'crm.timeline.comment.add';
    const fields = { ENTITY_ID: contactId, ENTITY_TYPE: 'contact', COMMENT: text };
    const submitted = await batcher.submit({ method, params: { fields }, ...delivery });
    if (submitted.kind === 'notClaimed') return submitted;
    const commentId = toNumber(submitted.answer.result);
    if (commentId === null || commentId <= 0) throw new UnknownOutcomeError({ code: 'NO_ID', method });
    return { kind: 'added', commentId };
  }

  async function bind({ commentId, contactId, claim, lane = 'live', ...options }: NewBinding) {
    const method = 'crm.timeline.bindings.bind';
    const fields = toBinding(commentId, contactId);
    const submitted = await batcher.submit({ method, params: { fields }, lane, claim, ...options });
    if (submitted.kind === 'notClaimed') return false;
    const { result } = submitted.answer;
    if (result === false) throw new ContactGoneError({ code: 'NOT_BOUND', method, crmContactId: contactId });
    return true;
  }

  return {
    addComment,
    findMarkers: (queries, options = {}) => findMarkers(ask, clockOffsetMs, queries, options),
    bind,
    unbind: ({ commentId, contactId, ...options }) =>
      untilGone(ask('crm.timeline.bindings.unbind', { fields: toBinding(commentId, contactId) }, options)),
    deleteComment: ({ commentId, contactId, ...options }) =>
      untilGone(
        ask('crm.timeline.comment.delete', { id: commentId, ownerTypeId: 3, ownerId: contactId }, options),
      ),
  };
}

/** False when there was nothing to take away: the wish is fulfilled all the same. */
async function untilGone(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (error instanceof Bitrix24Error && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

const toBinding = (commentId: number, contactId: number) => ({
  OWNER_ID: commentId,
  ENTITY_ID: contactId,
  ENTITY_TYPE: 'contact',
});
