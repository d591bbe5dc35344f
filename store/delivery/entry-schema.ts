import { Schema } from 'mongoose';
import type { ItemId, Target } from '../../domain/ids';
import type { EntryState, Lane } from '../../domain/link';

/** One timeline comment of ours. An entry always has an item; items are unique over all entries. */
export interface EntryDoc {
  _id: string;
  portalId: string;
  target: Target;
  chatId: string;
  lane: Lane;
  seq: number;
  items: ItemId[];
  crmContactId: number;
  epoch: number;
  /** Random; the last line of the comment. The outcome of a lost answer is found out by it. */
  marker: string;
  text: string;
  state: EntryState;
  /** Counts the requests that may have carried it. */
  attempt: number;
  firstSentAt: Date | null;
  sentAt: Date | null;
  /** When to look again for one whose contact was gone; null: as soon as its outcome can be known. */
  lookAgainAt: Date | null;
  commentId: number | null;
  deliveredAt: Date | null;
  /** The time of its newest item. */
  newestAt: Date;
  /** True once the text was replaced because Bitrix24 refused it. */
  placeholder: boolean;
}

export const entrySchema = new Schema<EntryDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    target: { type: String, required: true },
    chatId: { type: String, required: true },
    lane: { type: String, required: true },
    seq: { type: Number, required: true },
    items: { type: [String], required: true },
    crmContactId: { type: Number, required: true },
    epoch: { type: Number, required: true },
    marker: { type: String, required: true },
    text: { type: String, required: true },
    state: { type: String, required: true },
    attempt: { type: Number, required: true },
    firstSentAt: { type: Date, default: null },
    sentAt: { type: Date, default: null },
    lookAgainAt: { type: Date, default: null },
    commentId: { type: Number, default: null },
    deliveredAt: { type: Date, default: null },
    newestAt: { type: Date, required: true },
    placeholder: { type: Boolean, required: true },
  },
  { versionKey: false },
)
  .index({ items: 1 }, { unique: true })
  .index({ target: 1, lane: 1, seq: 1 }, { unique: true })
  .index({ target: 1, state: 1 })
  .index({ portalId: 1, sentAt: 1 }, { partialFilterExpression: { state: 'sending' } });
