import { Schema } from 'mongoose';
import type { ItemId, Target } from '../../domain/ids';
import type { EntryState, Lane } from '../../domain/link';
import { orNull, required } from '../fields';

/**
 * How far a group's entry is on one member's page. `planned`: to be shown there; `bound`: it is; `aside`: the page cannot take it
 * now, and `why` says so (that link's own rounds try again); `ended`: the link ended first; `removed`: taken from the page again.
 */
export type BindingState = 'planned' | 'bound' | 'aside' | 'ended' | 'removed';

export interface EntryBinding {
  linkId: string;
  crmContactId: number;
  state: BindingState;
  /** A stable code; null where nothing is to be said. */
  why: string | null;
  /** When the request last began that may have bound it; null: none did. */
  sentAt: Date | null;
}

/** One timeline comment of ours. An entry always has an item; items are unique over all entries. */
export interface EntryDoc {
  _id: string;
  portalId: string;
  target: Target;
  chatId: string;
  lane: Lane;
  seq: number;
  items: ItemId[];
  /** The lane's items up to and with these; absent on entries of before. */
  itemsThrough?: number;
  crmContactId: number;
  epoch: number;
  /** The last line of the comment, made from its items (random on older entries). The outcome of a lost answer is found out by it. */
  marker: string;
  text: string;
  state: EntryState;
  /** Counts the requests that may have carried it. */
  attempt: number;
  firstSentAt: Date | null;
  sentAt: Date | null;
  /** When to look again for one that no page could be read for; null: as soon as its outcome can be known. */
  lookAgainAt: Date | null;
  /** The code of the trouble with which no page could be read. Absent: the contact was gone. */
  lookAgainWhy?: string | null;
  commentId: number | null;
  deliveredAt: Date | null;
  /** The time of its newest item. */
  newestAt: Date;
  /** True once the text was replaced because Bitrix24 refused it. */
  placeholder: boolean;
  /** Refused for a reason that is not known: it does not go again before. */
  notBefore?: Date | null;
  /** What was refused where a placeholder stands, and by which rules of writing texts it was written. */
  refused?: RefusedText | null;
  /** What goes with its comment; absent: nothing. */
  files?: EntryFile[];
  /** How many of its items are files: those are no messages. */
  fileItems?: number;
  /** The entry whose text this one says again, as it was; absent for all others. */
  repeats?: string | null;
  /** Only of a group's entry: the link on whose page the comment is put. */
  carrierId?: string;
  /** Only of a group's entry: all pages that it belongs on, the carrier's among them. */
  bindings?: EntryBinding[];
}

/** Where an entry stands, from its first moment on. */
type Where = 'portalId' | 'target' | 'chatId' | 'lane' | 'crmContactId' | 'epoch';
type OfGroup = 'carrierId' | 'bindings';
export type NewEntry = Pick<
  EntryDoc,
  Where | OfGroup | 'items' | 'marker' | 'text' | 'newestAt' | 'repeats' | 'files'
>;

/** A file of an entry: our ids of it and of its content, and how it is called on the page. */
export interface EntryFile {
  mediaId: string;
  /** Which of its outcomes this tells. */
  outcome: number;
  hash: string;
  name: string;
  sizeBytes: number;
}

export interface RefusedText {
  text: string;
  /** The portal's code. */
  code: string;
  textRules: number;
}

export const entrySchema = new Schema<EntryDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'target', 'chatId', 'lane', 'marker', 'text', 'state'),
    ...required(Number, 'seq', 'crmContactId', 'epoch', 'attempt'),
    items: { type: [String], required: true },
    itemsThrough: Number,
    ...orNull(Date, 'firstSentAt', 'sentAt', 'lookAgainAt', 'deliveredAt'),
    ...orNull(String, 'lookAgainWhy'),
    ...orNull(Number, 'commentId'),
    ...required(Date, 'newestAt'),
    ...required(Boolean, 'placeholder'),
    refused: { type: Schema.Types.Mixed },
    repeats: { type: String },
    files: { type: Schema.Types.Mixed },
    fileItems: { type: Number },
    notBefore: { type: Date },
    carrierId: String,
    bindings: {
      type: [
        new Schema<EntryBinding>(
          {
            ...required(String, 'linkId', 'state'),
            ...required(Number, 'crmContactId'),
            ...orNull(String, 'why'),
            ...orNull(Date, 'sentAt'),
          },
          { _id: false },
        ),
      ],
      default: undefined,
    },
  },
  { versionKey: false },
)
  .index({ items: 1 }, { unique: true })
  .index({ target: 1, lane: 1, seq: 1 }, { unique: true })
  .index({ target: 1, state: 1, lane: 1, seq: 1 })
  .index({ target: 1, _id: 1 })
  .index({ chatId: 1, _id: 1 })
  .index({ state: 1, _id: 1 })
  .index({ portalId: 1, deliveredAt: 1 })
  .index({ portalId: 1, _id: 1 }, { partialFilterExpression: { placeholder: true } })
  .index({ 'bindings.linkId': 1, 'bindings.state': 1, _id: 1 })
  .index({ 'bindings.linkId': 1, _id: 1 })
  .index({ portalId: 1, sentAt: 1, _id: 1 }, { partialFilterExpression: { state: 'sending' } });
