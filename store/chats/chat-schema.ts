import { Schema } from 'mongoose';
import type { GroupPolicy } from '../../domain/groups/policy';
import type { Lane } from '../../domain/link';
import type { Excluded } from '../../domain/privacy/excluded';
import { orNull, required } from '../fields';

/** A conversation: direct ones belong to (account, person), a group to (portal, group JID). `key` is unique. */
export interface ChatDoc {
  _id: string;
  key: string;
  portalId: string;
  kind: 'direct' | 'group';
  /** The account of a direct chat; null for a group, which several accounts may see. */
  accountId: string | null;
  personId: string | null;
  groupJid: string | null;
  title: string | null;
  mergedInto: string | null;
  /** The chats that were merged into this one; absent on chats of before. */
  absorbed?: string[];
  /** Per lane, the time of the newest item told on the page: what is much older is late. */
  told: Record<Lane, Date | null>;
  /** Only of a group: its own policy; absent or null: the portal's. */
  policy?: GroupPolicy | null;
  /** When that was last changed. */
  policyAt?: Date | null;
  /** Nothing is taken in of it; absent or null: it is. */
  excluded?: Excluded | null;
  /** Only of a group: from when on it is on a page; what is older is history. Absent: it never was. */
  startedAt?: Date | null;
  /** Only of a group: the accounts that see it; absent where that is not known yet. */
  seenBy?: string[];
}

export const chatSchema = new Schema<ChatDoc>(
  {
    _id: String,
    ...required(String, 'key', 'portalId', 'kind'),
    ...orNull(String, 'accountId', 'personId', 'groupJid', 'title', 'mergedInto'),
    absorbed: [String],
    told: {
      type: new Schema(
        { live: { type: Date, default: null }, history: { type: Date, default: null } },
        { _id: false },
      ),
      default: () => ({}),
    },
    policy: Schema.Types.Mixed,
    policyAt: Date,
    excluded: Schema.Types.Mixed,
    startedAt: Date,
    seenBy: { type: [String], default: undefined },
  },
  { versionKey: false },
)
  .index({ key: 1 }, { unique: true })
  .index({ personId: 1, _id: 1 })
  .index({ portalId: 1, _id: 1 })
  .index({ portalId: 1, _id: -1 }, { partialFilterExpression: { kind: 'group' } })
  .index({ accountId: 1, _id: 1 });
