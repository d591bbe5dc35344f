import { Schema, type Connection } from 'mongoose';
import type { Candidate } from '../domain/contact-match';
import { newId } from './connection';

export type ReviewKind = 'ambiguous' | 'unmatched' | 'conflict';

/** A person who needs a human: who it may be, and by which rule. One open review per link. */
export interface ReviewDoc {
  _id: string;
  portalId: string;
  personId: string;
  linkId: string;
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
    linkId: { type: String, required: true },
    kind: { type: String, required: true },
    reason: { type: String, required: true },
    candidates: [Schema.Types.Mixed],
    state: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false },
)
  .index({ linkId: 1 }, { unique: true })
  .index({ portalId: 1, state: 1 });

export function createReviews(connection: Connection) {
  const model = connection.model('Review', reviewSchema, 'reviews');
  return {
    model,
    /** The link's review, made or renewed: asking again replaces the candidates, an ignored review stays ignored. */
    open: (
      fresh: Pick<ReviewDoc, 'portalId' | 'personId' | 'linkId' | 'kind' | 'reason' | 'candidates'>,
    ): Promise<ReviewDoc> => {
      const { linkId, kind, reason, candidates, portalId, personId } = fresh;
      const now = new Date();
      return model
        .findOneAndUpdate(
          { linkId },
          {
            $set: { kind, reason, candidates, state: 'open', updatedAt: now },
            $setOnInsert: { _id: newId(), portalId, personId, createdAt: now },
          },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<ReviewDoc>()
        .orFail()
        .exec();
    },
    load: (reviewId: string): Promise<ReviewDoc | null> => model.findById(reviewId).lean<ReviewDoc>().exec(),
    async settle(linkId: string): Promise<void> {
      await model.updateOne(
        { linkId, state: 'open' },
        { $set: { state: 'answered', updatedAt: new Date() } },
      );
    },
  };
}
