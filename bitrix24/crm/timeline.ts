import type { Lane } from '../../domain/link';
import { toMap, toNumber } from '../rest/answer';
import type { Command } from '../rest/commands';
import type { UploadFile } from '../rest/upload-body';
import type { Uploaded, Uploads } from '../batching/uploads';
import type { Batcher } from '../batching/batcher';
import { Bitrix24Error, OwnerNotFoundError, UnclearRefusalError, UnknownOutcomeError } from '../errors';
import { listMarked, readText, type MarkedComment, type PageSince } from './marked-comments';
import { findMarkers, type MarkerOutcome, type MarkerQuery } from './markers';
import type { Ask, AskOptions } from './ask';
import { askPage, isOffPage } from './owner';

/** A comment that is to be posted once. `claim` decides, just before the request, whether it still is. */
export interface NewComment {
  contactId: number;
  text: string;
  lane: Lane;
  /** At most one comment per target is under way. */
  target: string;
  claim: (sentAt: Date) => Promise<boolean>;
  /** With files it goes alone, and has the time that they need. */
  files?: readonly UploadFile[] | undefined;
  /** See `Submission.patienceMs`. */
  patienceMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export type AddedComment =
  | { kind: 'added'; commentId: number }
  | { kind: 'notClaimed' }
  /** Only with files: others are under way. */
  | { kind: 'noPlace'; retryAfterMs: number };

/** A file of a comment as the portal has it. */
export interface CommentFile {
  name: string;
  sizeBytes: number | null;
}

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
  /** The files of a comment; null when there is no such comment any more. */
  listFiles(comment: BoundComment): Promise<CommentFile[] | null>;
  /** In the order of the queries; contacts are read together, up to 50 in one request. Never throws for one contact. */
  findMarkers(queries: readonly MarkerQuery[], options?: AskOptions): Promise<MarkerOutcome[]>;
  /** A page's comments that end with a marker, back to a time. */
  listMarked(page: PageSince): Promise<MarkedComment[]>;
  /** Null: there is no such comment any more. */
  readText(comment: BoundComment): Promise<string | null>;
  /** Shows the comment on another contact's page too; twice is once. False: it was not claimed, and nothing was sent. */
  bind(comment: NewBinding): Promise<boolean>;
  /** Takes the comment from one page; false when it was not there. */
  unbind(comment: BoundComment): Promise<boolean>;
  /** Writes another text over the comment, on all its pages; its files stay. False: it is not on this page, or nowhere. */
  updateComment(comment: BoundComment & { text: string }): Promise<boolean>;
  /** Takes the comment from this page and, when it was the last one, deletes it; false when it was gone already. */
  deleteComment(comment: BoundComment): Promise<boolean>;
}

/** `clockOffsetMs` is what to add to our clock to get the portal's; null while that is not known. */
export function createTimeline(
  { batcher, uploads }: { batcher: Batcher; uploads: Uploads },
  ask: Ask,
  clockOffsetMs: () => number | null,
): Timeline {
  async function addComment({ contactId, text, files = [], ...delivery }: NewComment): Promise<AddedComment> {
    const method = 'crm.timeline.comment.add';
    const fields = { ENTITY_ID: contactId, ENTITY_TYPE: 'contact', COMMENT: text };
    const sent: Promise<Uploaded> =
      files.length > 0
        ? uploads.send({ method, fields, files, ...delivery })
        : batcher.submit({ method, params: { fields }, ...delivery });
    const { lane, signal } = delivery;
    const submitted = await askPage(ask, sent, { lane, signal });
    if (submitted.kind !== 'answered') return submitted;
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
    if (result !== false) return true;
    const refused = new OwnerNotFoundError({ code: 'NOT_BOUND', method, crmContactId: contactId });
    return askPage(ask, Promise.reject(refused), { lane, ...options });
  }

  return {
    addComment,
    listFiles: (comment) => listFiles(ask, comment),
    updateComment: createUpdate(ask),
    findMarkers: (queries, options = {}) => findMarkers(ask, clockOffsetMs, queries, options),
    listMarked: (page) => listMarked(ask, clockOffsetMs, page),
    readText: (comment) => readText(ask, comment),
    bind,
    unbind: (comment) => {
      const fields = toBinding(comment.commentId, comment.contactId);
      return takeOff(ask, comment, { method: 'crm.timeline.bindings.unbind', params: { fields } });
    },
    deleteComment: (comment) => {
      const params = { id: comment.commentId, ownerTypeId: 3, ownerId: comment.contactId };
      return takeOff(ask, comment, { method: 'crm.timeline.comment.delete', params });
    },
  };
}

async function listFiles(ask: Ask, { commentId, contactId, ...options }: BoundComment) {
  const method = 'crm.timeline.comment.get';
  try {
    const { result } = await ask(method, { id: commentId, ownerTypeId: 3, ownerId: contactId }, options);
    return Object.values(toMap(toMap(result)['FILES'])).map(toFile);
  } catch (error) {
    if (error instanceof Bitrix24Error && goneCodes.includes(error.code)) return null;
    throw error;
  }
}

const createUpdate =
  (ask: Ask): Timeline['updateComment'] =>
  async ({ commentId, contactId, text, ...options }) => {
    const params = { id: commentId, ownerTypeId: 3, ownerId: contactId, fields: { COMMENT: text } };
    try {
      await ask('crm.timeline.comment.update', params, options);
      return true;
    } catch (error) {
      if (error instanceof Bitrix24Error && goneCodes.includes(error.code)) return false;
      throw error;
    }
  };

const goneCodes = ['NOT_FOUND', 'OWNER_NOT_FOUND'];

function toFile(file: unknown): CommentFile {
  const { name, size } = toMap(file);
  return { name: typeof name === 'string' ? name : '', sizeBytes: toNumber(size) };
}

/** False when there was nothing to take away: the wish is fulfilled all the same. */
async function takeOff(
  ask: Ask,
  { commentId, contactId, ...options }: BoundComment,
  { method, params }: Command,
): Promise<boolean> {
  try {
    await ask(method, params, options);
    return true;
  } catch (error) {
    const code = error instanceof Bitrix24Error ? error.code : null;
    if (code === 'NOT_FOUND') return false;
    if (code !== 'OWNER_NOT_FOUND') throw error;
    if (await isOffPage(ask, { commentId, contactId }, options)) return false;
    throw new UnclearRefusalError({ code, method, cause: error });
  }
}

const toBinding = (commentId: number, contactId: number) => ({
  OWNER_ID: commentId,
  ENTITY_ID: contactId,
  ENTITY_TYPE: 'contact',
});
