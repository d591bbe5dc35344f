import { Schema } from 'mongoose';
import type { MessageEvent, MessageKind } from '../../domain/message';

/** One version of a message: the original, an edit, a revoke or a reaction. `v` is its index and never changes. */
export interface MessageVersion {
  v: number;
  /** `create`, or `<event>:<id of the change>`: a redelivery is recognised by it. */
  change: string;
  event: MessageEvent;
  /** Our account did it; a reaction to our message may be theirs. */
  fromMe: boolean;
  senderName: string | null;
  kind: MessageKind;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  sentAt: Date;
  arrivedAt: Date;
  /** Set last by ingest: everything that follows from this version is stored. */
  routedAt: Date | null;
  /** The entry that told it on the contact's page. */
  entryId: string | null;
}

/** A message with all its versions. `key` is unique in its chat. */
export interface MessageDoc {
  _id: string;
  portalId: string;
  chatId: string;
  accountId: string;
  key: string;
  stanzaId: string;
  fromMe: boolean;
  senderPersonId: string | null;
  versions: MessageVersion[];
}

const versionSchema = new Schema<MessageVersion>(
  {
    v: { type: Number, required: true },
    change: { type: String, required: true },
    event: { type: String, required: true },
    fromMe: { type: Boolean, required: true },
    senderName: { type: String, default: null },
    kind: { type: String, required: true },
    text: { type: String, default: null },
    fileName: { type: String, default: null },
    quotedText: { type: String, default: null },
    forwarded: { type: Boolean, required: true },
    sentAt: { type: Date, required: true },
    arrivedAt: { type: Date, required: true },
    routedAt: { type: Date, default: null },
    entryId: { type: String, default: null },
  },
  { _id: false },
);
export const messageSchema = new Schema<MessageDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    chatId: { type: String, required: true },
    accountId: { type: String, required: true },
    key: { type: String, required: true },
    stanzaId: { type: String, required: true },
    fromMe: { type: Boolean, required: true },
    senderPersonId: { type: String, default: null },
    versions: [versionSchema],
  },
  { versionKey: false },
)
  .index({ chatId: 1, key: 1 }, { unique: true })
  .index({ portalId: 1, 'versions.routedAt': 1 });
