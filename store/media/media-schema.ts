import { Schema } from 'mongoose';
import type { MediaSource, MessageKind } from '../../domain/message';
import { orNull, required } from '../fields';

/**
 * `wanted`: its bytes are yet to come. `stored`: they are kept. `lost`: they cannot be had, or are not taken. `refused`: kept, and not
 * taken by the portal. `expired`: it was on its page, and its bytes are no longer kept.
 */
export type MediaState = 'wanted' | 'stored' | 'lost' | 'refused' | 'expired';

/** Why a file is not on the page. */
export type MediaReason =
  | 'unavailable'
  | 'not_uploaded'
  | 'gone_at_source'
  | 'too_large'
  | 'type_refused'
  | 'portal_refused'
  | 'portal_dropped';

/** The file of one version of a message: what is known of it, and how far it came. */
export interface MediaDoc {
  _id: string;
  portalId: string;
  /** The account whose source has it. */
  accountId: string;
  messageId: string;
  v: number;
  stanzaId: string;
  fromMe: boolean;
  kind: MessageKind;
  fileName: string | null;
  mimeType: string | null;
  /** What its bytes are, where that is not what `mimeType` says; absent: it is, or nobody can say. */
  otherType?: string | null;
  sizeBytes: number | null;
  /** As the source said it, before the bytes were had. */
  sha256: string | null;
  source: MediaSource;
  state: MediaState;
  reason: MediaReason | null;
  /** SHA-256 of its bytes: the content that is kept. */
  hash: string | null;
  /** Counts what became of it; each is told once, as an item of its own. 0: nothing yet. */
  outcome: number;
  outcomeAt: Date | null;
  /** Set with an outcome, until its outbox row is made. */
  toRouteAt: Date | null;
  /** When something is to be done about it next: fetched, given up, or sent again. */
  nextAt: Date | null;
  tries: number;
  createdAt: Date;
  /** It is on its page since. */
  toldAt: Date | null;
}

export const mediaSchema = new Schema<MediaDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'messageId', 'stanzaId', 'kind', 'state'),
    ...required(Number, 'v', 'outcome', 'tries'),
    ...required(Boolean, 'fromMe'),
    otherType: String,
    ...orNull(String, 'fileName', 'mimeType', 'sha256', 'reason', 'hash'),
    ...orNull(Number, 'sizeBytes'),
    source: { type: Schema.Types.Mixed, required: true },
    ...orNull(Date, 'outcomeAt', 'toRouteAt', 'nextAt', 'toldAt'),
    ...required(Date, 'createdAt'),
  },
  { versionKey: false },
)
  .index({ messageId: 1, v: 1 }, { unique: true })
  .index({ accountId: 1, stanzaId: 1 })
  .index({ portalId: 1, nextAt: 1 })
  .index({ portalId: 1, toRouteAt: 1 })
  .index({ portalId: 1, state: 1, toldAt: 1 })
  .index({ hash: 1 });
