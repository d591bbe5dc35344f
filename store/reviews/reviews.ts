import { Schema, type Connection } from 'mongoose';
import type { Candidate } from '../../domain/contact-match';
import { isDuplicateKey, newId } from '../connection';

export type ReviewKind = 'ambiguous' | 'unmatched' | 'conflict';

/** What a review asks: which contact a person is, or who of two people somebody is. A person may have one of each. */
export type ReviewSubject = 'contact' | 'identity';

/** A person who needs a human: who it may be, and by which rule. */
export interface ReviewDoc {
  _id: string;
  portalId: string;
  personId: string;
  subject: ReviewSubject;
  /** Null for a newcomer, who has no link yet. */
  linkId: string | null;
  /** The other person of a conflict; null otherwise. */
  otherPersonId: string | null;
  kind: ReviewKind;
  reason: string;
  candidates: Candidate[];
  state: 'open' | 'answered' | 'ignored';
  createdAt: Date;
  updatedAt: Date;
}

const reviewSchema = new Schema<ReviewDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    personId: { type: String, required: true },
    subject: { type: String, required: true },
    linkId: { type: String, default: null },
    otherPersonId: { type: String, default: null },
    kind: { type: String, required: true },
    reason: { type: String, required: true },
    candidates: [Schema.Types.Mixed],
    state: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false },
)
  .index({ portalId: 1, personId: 1, subject: 1 }, { unique: true })
  .index({ portalId: 1, state: 1, kind: 1 });

/** `linkId` may be null: a newcomer has none. `otherPersonId` only for a conflict. */
export type NewReview = Pick<
  ReviewDoc,
  'portalId' | 'personId' | 'linkId' | 'kind' | 'reason' | 'candidates'
> & { otherPersonId?: string };

const subjectOf = (kind: ReviewKind): ReviewSubject => (kind === 'conflict' ? 'identity' : 'contact');

export function createReviews(connection: Connection) {
  const model = connection.model('Review', reviewSchema, 'reviews');

  async function upsert(fresh: NewReview): Promise<ReviewDoc> {
    const { portalId, personId, kind, linkId, reason, candidates, otherPersonId = null } = fresh;
    const key = { portalId, personId, subject: subjectOf(kind) };
    const now = new Date();
    const set = { kind, linkId, reason, candidates, otherPersonId, updatedAt: now };
    const ignored = await model
      .findOneAndUpdate({ ...key, state: 'ignored' }, { $set: set }, { returnDocument: 'after' })
      .lean<ReviewDoc>()
      .exec();
    return (
      ignored ??
      model
        .findOneAndUpdate(
          { ...key, state: { $ne: 'ignored' } },
          { $set: { ...set, state: 'open' }, $setOnInsert: { _id: newId(), createdAt: now } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<ReviewDoc>()
        .orFail()
        .exec()
    );
  }

  return {
    model,
    /** The person's review, made or renewed: asking again replaces the candidates, an ignored review stays ignored. */
    async open(fresh: NewReview): Promise<ReviewDoc> {
      try {
        return await upsert(fresh);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return upsert(fresh);
      }
    },
    load: (reviewId: string): Promise<ReviewDoc | null> => model.findById(reviewId).lean<ReviewDoc>().exec(),
    listOfPeople: (
      portalId: string,
      personIds: readonly string[],
      subject: ReviewSubject,
    ): Promise<ReviewDoc[]> =>
      model
        .find({ portalId, personId: { $in: personIds }, subject })
        .lean<ReviewDoc[]>()
        .exec(),
    /** Conflicts that nobody has ignored: the sweep sees whether they have gone away. */
    listConflicts: (portalId: string, after: string | null, limit: number): Promise<ReviewDoc[]> =>
      model
        .find({
          portalId,
          state: 'open',
          kind: 'conflict',
          ...(after === null ? {} : { _id: { $gt: after } }),
        })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<ReviewDoc[]>()
        .exec(),
    /** What was asked about this person is known now. An ignored review is answered too: somebody has decided. */
    async settle(portalId: string, personId: string, subject: ReviewSubject = 'contact'): Promise<void> {
      await model.updateOne(
        { portalId, personId, subject, state: { $ne: 'answered' } },
        { $set: { state: 'answered', updatedAt: new Date() } },
      );
    },
  };
}
