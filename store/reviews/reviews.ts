import type { Connection } from 'mongoose';
import type { Who } from '../../domain/access';
import { newId } from '../connection';
import {
  againIfTaken,
  changeAndLoad,
  listAll,
  listFromNewest,
  listFromOldest,
  loadOne,
  upsertAndLoad,
  type Page,
} from '../queries';
import { createHearsay } from './hearsay';
import { createReviewModel, type ReviewDoc, type ReviewKind, type ReviewSubject } from './review-schema';

export type { ReviewDoc, ReviewKind } from './review-schema';

/** `linkId` may be null: a newcomer has none. `otherPersonId` only for a conflict. */
export type NewReview = Pick<
  ReviewDoc,
  'portalId' | 'personId' | 'linkId' | 'kind' | 'reason' | 'candidates'
> & { otherPersonId?: string };

/** The reviews to list. */
export interface ReviewFilter {
  portalId?: string | undefined;
  state?: ReviewDoc['state'] | undefined;
  kind?: ReviewKind | undefined;
  updatedSince?: Date | undefined;
}

const subjectOf = (kind: ReviewKind): ReviewSubject => (kind === 'conflict' ? 'identity' : 'contact');

export function createReviews(connection: Connection) {
  const model = createReviewModel(connection);

  async function upsert(fresh: NewReview): Promise<ReviewDoc> {
    const { portalId, personId, kind, linkId, reason, candidates, otherPersonId = null } = fresh;
    const key = { portalId, personId, subject: subjectOf(kind) };
    const now = new Date();
    const set = { kind, linkId, reason, candidates, otherPersonId, updatedAt: now };
    const ignored = await changeAndLoad(model, { ...key, state: 'ignored' }, { $set: set });
    if (ignored) return ignored;
    const opened = {
      $set: { ...set, state: 'open' as const, answeredBy: null },
      $setOnInsert: { _id: newId(), createdAt: now },
    };
    return upsertAndLoad(model, { ...key, state: { $ne: 'ignored' } }, opened);
  }

  return {
    model,
    /** The person's review, made or renewed: asking again replaces the candidates, an ignored review stays ignored. */
    open: (fresh: NewReview): Promise<ReviewDoc> => againIfTaken(() => upsert(fresh)),
    ...createHearsay(model),
    load: (reviewId: string): Promise<ReviewDoc | null> => loadOne(model, reviewId),
    listOfPeople: (
      portalId: string,
      personIds: readonly string[],
      subject: ReviewSubject,
    ): Promise<ReviewDoc[]> => listAll(model, { portalId, personId: { $in: personIds }, subject }),
    /** A page of reviews, newest first. */
    list: ({ portalId, state, kind, updatedSince }: ReviewFilter, page: Page): Promise<ReviewDoc[]> =>
      listFromNewest(
        model,
        { portalId: portalId || undefined, state, kind, updatedAt: updatedSince && { $gte: updatedSince } },
        page,
      ),
    /** Conflicts that nobody has ignored: the sweep sees whether they have gone away. */
    listConflicts: (portalId: string, page: Page): Promise<ReviewDoc[]> =>
      listFromOldest(model, { portalId, state: 'open', kind: 'conflict' }, page),
    /** How many of each kind are open. */
    async countOpen(portalId: string): Promise<Record<ReviewDoc['kind'], number>> {
      const count = (kind: ReviewDoc['kind']) =>
        model.countDocuments({ portalId, state: 'open', kind }).exec();
      const [ambiguous, unmatched, conflict] = await Promise.all([
        count('ambiguous'),
        count('unmatched'),
        count('conflict'),
      ]);
      return { ambiguous, unmatched, conflict };
    },
    /** Leaves an open review unanswered for good. Null when it was answered meanwhile. */
    ignore: (reviewId: string, who: Who): Promise<ReviewDoc | null> =>
      changeAndLoad(
        model,
        { _id: reviewId, state: { $in: ['open', 'ignored'] } },
        { $set: { state: 'ignored', answeredBy: who, updatedAt: new Date() } },
      ),
    /**
     * Closes a person's review: its answer is known now, and `who` gave it, where somebody did. An ignored one is closed too, since a
     * person has decided.
     */
    async close(
      portalId: string,
      personId: string,
      { subject = 'contact', who }: { subject?: ReviewSubject; who?: Who | undefined } = {},
    ): Promise<void> {
      await model.updateOne(
        { portalId, personId, subject, state: { $ne: 'answered' } },
        { $set: { state: 'answered', updatedAt: new Date(), ...(who && { answeredBy: who }) } },
      );
    },
  };
}
