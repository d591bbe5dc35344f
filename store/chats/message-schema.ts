import { Schema } from 'mongoose';
import type { Details } from '../../domain/content/details';
import type { IncomingMedia, MessageEvent, MessageKind } from '../../domain/message';
import { orNull, required } from '../fields';

/** One version of a message: the original, an edit, a revoke or a reaction. `v` is its index and never changes. */
export interface MessageVersion {
  v: number;
  /** `create`, or `<event>:<id of the change>`: a redelivery is recognised by it. */
  change: string;
  event: MessageEvent;
  /** Our account did it; a reaction to our message may be theirs. */
  fromMe: boolean;
  senderName: string | null;
  /** Only in groups: the person who said or did this; absent: us, or nobody that is named. */
  speakerId?: string;
  kind: MessageKind;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  /** What its source said of its file; absent: it has none. */
  media?: IncomingMedia | null;
  /** Absent where it says nothing but its text, and on what was stored before there were details. */
  details?: Details;
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
  /** Since when nothing that was said before is kept of it; absent: all is. */
  emptiedAt?: Date | null;
}

const versionSchema = new Schema<MessageVersion>(
  {
    ...required(Number, 'v'),
    ...required(String, 'change', 'event', 'kind'),
    ...required(Boolean, 'fromMe', 'forwarded'),
    // Of many shapes, made and bounded by the translators; the field names in it are ours.
    details: Schema.Types.Mixed,
    ...orNull(String, 'senderName', 'text', 'fileName', 'quotedText', 'entryId'),
    ...required(Date, 'sentAt', 'arrivedAt'),
    ...orNull(Date, 'routedAt'),
    media: Schema.Types.Mixed,
    speakerId: String,
  },
  { _id: false },
);
export const messageSchema = new Schema<MessageDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'chatId', 'accountId', 'key', 'stanzaId'),
    ...required(Boolean, 'fromMe'),
    ...orNull(String, 'senderPersonId'),
    versions: [versionSchema],
    emptiedAt: Date,
  },
  { versionKey: false },
)
  .index({ chatId: 1, key: 1 }, { unique: true })
  .index({ chatId: 1, _id: 1 })
  .index({ chatId: 1, 'versions.sentAt': 1 })
  .index({ portalId: 1, emptiedAt: 1, _id: 1 })
  .index({ portalId: 1, 'versions.routedAt': 1, _id: 1 });
