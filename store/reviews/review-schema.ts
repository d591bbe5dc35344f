import { Schema, type Connection } from 'mongoose';
import type { Who } from '../../domain/access';
import type { Candidate } from '../../domain/contact-match';
import type { Alias } from '../../domain/identity';
import { orNull, required } from '../fields';

export type ReviewKind = 'ambiguous' | 'unmatched' | 'conflict';

/**
 * A review asks which contact a person is, which of two people, or whether something is true that a source said of somebody it has no
 * chat with. A person may have one of each.
 */
export type ReviewSubject = 'contact' | 'identity' | 'hearsay';

/** What a source said of somebody it has no chat with: that all these names are theirs, or that the first number became the second. */
export interface Heard {
  accountId: string;
  what: 'names' | 'number';
  aliases: Alias[];
  /** When it was so: WhatsApp's time of the notice or message. */
  at: Date;
  /** A person said that it is true; it is carried out by the answer, or by the sweep. */
  isConfirmed: boolean;
}

/** A question about a person for a human: the candidates, and by which rule. */
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
  /** Only of hearsay. */
  heard?: Heard | null;
  state: 'open' | 'answered' | 'ignored';
  /** Who answered or ignored it; null: nobody, its answer became known by itself. Absent where an older version wrote it. */
  answeredBy?: Who | null;
  createdAt: Date;
  updatedAt: Date;
}

const reviewSchema = new Schema<ReviewDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'personId', 'subject', 'kind', 'reason', 'state'),
    ...orNull(String, 'linkId', 'otherPersonId'),
    candidates: [Schema.Types.Mixed],
    heard: Schema.Types.Mixed,
    answeredBy: { type: Schema.Types.Mixed },
    ...required(Date, 'createdAt', 'updatedAt'),
  },
  { versionKey: false },
)
  .index({ portalId: 1, personId: 1, subject: 1 }, { unique: true })
  .index({ portalId: 1, _id: 1 })
  .index({ portalId: 1, state: 1, _id: 1 })
  .index({ portalId: 1, state: 1, kind: 1, _id: 1 })
  .index({ updatedAt: 1 });

export const createReviewModel = (connection: Connection) =>
  connection.model<ReviewDoc>('Review', reviewSchema, 'reviews');
