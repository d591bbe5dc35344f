import { Schema, type Connection } from 'mongoose';
import type { Who } from '../../domain/access';
import type { Attention, Decision, LinkEventName, LinkState, Rhythm } from '../../domain/link';
import { orNull, required } from '../fields';

/** The wish that made the link; phone and name stay here and never enter Temporal. */
export interface LinkRequest {
  crmContactId: number | null;
  createIfMissing: boolean;
  name: string | null;
  /** The employee who is to be responsible for a new contact; absent: the owner of the portal's access. */
  assignedById?: number | undefined;
  /** The fields that the portal requires of a new contact, by its names. */
  fields?: Record<string, string | number | boolean> | undefined;
  /** A person saw the candidates of a review and wants a new contact all the same. */
  despiteCandidates?: boolean | undefined;
  /** Who asked; absent: nobody, as for newcomers. */
  who?: Who | undefined;
  /** The operation on many that it is part of; absent: it was asked for alone. */
  operationId?: string | undefined;
  at: Date;
}

/** Why the portal made no contact, for the person who asked; the fields it wants or refused, by its names. */
export interface CreationRefusal {
  /** `fields_required`, `value_refused`, or the code of a trouble. */
  code: string;
  advice: string;
  fields: { name: string | null; title: string; options: { id: string; title: string }[] }[];
  /** How often in a row, and when the same is asked for again by itself; absent where an older version wrote it. */
  times?: number;
  nextAt?: Date;
}

/** The making of a CRM contact goes like an entry; once the outcome is found out, it is the link's contact or planned again. */
export interface Creation {
  state: 'planned' | 'sending';
  attempt: number;
  sentAt: Date | null;
  /** Only while it is planned again after a refusal. */
  refusal?: CreationRefusal | undefined;
}

/** A change of a link, to be carried out by its workflow. `remember`: do not link again. */
export interface LinkChange {
  kind: 'changeContact' | 'unlink';
  crmContactId: number | null;
  entries: 'keep' | 'move' | 'remove';
  remember: boolean;
  operationId: string;
  /** Why the new contact is the right one; absent: a person chose it. */
  decision?: Decision;
  /** Its words in the link's history; absent: the kind. */
  why?: LinkEventName;
  /** Who asked for it; absent: nobody, as where a contact was merged. */
  who?: Who | undefined;
}

/**
 * The linked contact may no longer be the right one: it is gone, or lost the number. New messages wait until the number
 * has one owner again or a person decides.
 */
export interface Doubt {
  code: 'contact_gone' | 'number_gone';
  since: Date;
  /** When the number is looked for again. */
  nextAt: Date;
  misses: number;
  /** The doubt paused the link, and its end resumes it. */
  held: boolean;
  /** Many contacts vanished together, so that a person decides; absent: the number may be followed. */
  isOneOfMany?: boolean | undefined;
}

/** The last of the messages held before the link that were made rows. */
export interface HeldPlace {
  chatId: string;
  after: string;
}

export interface LinkEvent {
  at: Date;
  what: string;
  crmContactId: number | null;
  /** Who asked for it; absent: nobody. */
  who?: Who;
}

/** (person, CRM contact). Times are null before they first happen. */
export interface LinkDoc {
  _id: string;
  portalId: string;
  personId: string;
  state: LinkState;
  rhythm: Rhythm;
  attention: Attention | null;
  request: LinkRequest;
  crmContactId: number | null;
  decision: Decision | null;
  creation: Creation | null;
  reviewId: string | null;
  /** The change under way, or null. */
  change: LinkChange | null;
  doubt: Doubt | null;
  /** When the contact was last seen in the CRM with its number; null: when it was linked. */
  contactSeenAt: Date | null;
  /** A person said: do not link this one again by itself. */
  doNotLinkAgain: boolean;
  /** The link's beginning: older messages go to the history lane. */
  startedAt: Date | null;
  /** How far the link's beginning, in this epoch, came with what was held; absent: at its start. */
  held?: HeldPlace & { epoch: number };
  /** Counted by older versions, which compare it when they park; 0 since. */
  arrivals: number;
  /** Raised by every relink and unlink; an entry of an older epoch is not sent. */
  epoch: number;
  /** Items of the link's own chats that are confirmed on the contact's page. */
  messagesBackedUp: number;
  /** The same of its groups; absent: none. */
  groupMessagesBackedUp?: number;
  lastCheckedAt: Date | null;
  lastBackedUpAt: Date | null;
  lastSyncAt: Date | null;
  /** The last time a round was tried, also when it failed: the sweep leaves such a link alone. */
  lastTriedAt: Date | null;
  history: LinkEvent[];
  createdAt: Date;
  /**
   * The last write that a person would call a change; absent until the first one of this version. Mongoose sets it with every write but those
   * that say `isNoChange`.
   */
  updatedAt?: Date;
}

/** For writes that only count or stamp: clocks, tries. They come with every round, and no list of changes is to have them. */
export const isNoChange = { timestamps: false } as const;

const mixed = { type: Schema.Types.Mixed, default: null };
const isThere = { $exists: true };
const linkSchema = new Schema<LinkDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'personId', 'state', 'rhythm'),
    attention: mixed,
    request: { type: Schema.Types.Mixed, required: true },
    ...orNull(Number, 'crmContactId'),
    decision: mixed,
    creation: mixed,
    ...orNull(String, 'reviewId'),
    change: mixed,
    doubt: mixed,
    held: Schema.Types.Mixed,
    ...orNull(Date, 'contactSeenAt', 'startedAt', 'lastCheckedAt'),
    ...orNull(Date, 'lastBackedUpAt', 'lastSyncAt', 'lastTriedAt'),
    doNotLinkAgain: { type: Boolean, default: false },
    ...required(Number, 'arrivals', 'epoch'),
    messagesBackedUp: { type: Number, default: 0 },
    groupMessagesBackedUp: Number,
    history: [Schema.Types.Mixed],
    ...required(Date, 'createdAt'),
  },
  { versionKey: false, minimize: false, timestamps: { createdAt: false, updatedAt: true } },
)
  .index({ updatedAt: 1 })
  .index({ portalId: 1, personId: 1 }, { unique: true })
  .index({ portalId: 1, _id: 1 })
  .index({ portalId: 1, state: 1, _id: 1 })
  .index({ portalId: 1, rhythm: 1, _id: 1 })
  .index({ portalId: 1, state: 1, rhythm: 1, lastTriedAt: 1 })
  .index({ portalId: 1, state: 1, lastSyncAt: 1, _id: 1 })
  .index({ portalId: 1, crmContactId: 1, _id: 1 })
  .index({ portalId: 1, 'attention.code': 1, _id: 1 })
  .index(
    { portalId: 1, _id: 1, 'attention.code': 1 },
    { partialFilterExpression: { 'attention.code': isThere } },
  )
  .index({ portalId: 1, _id: 1, 'change.kind': 1 }, { partialFilterExpression: { 'change.kind': isThere } })
  .index(
    { 'request.operationId': 1, _id: 1 },
    { partialFilterExpression: { 'request.operationId': isThere } },
  )
  .index({ portalId: 1, 'doubt.nextAt': 1 })
  .index({ portalId: 1, state: 1, contactSeenAt: 1 });

/** What is on the contact's page of the link's own chats and of its groups. */
export const countBackedUp = ({ messagesBackedUp, groupMessagesBackedUp = 0 }: LinkDoc): number =>
  messagesBackedUp + groupMessagesBackedUp;

const maxHistory = 100;

/** The update that records an event in a link's history, of which the newest are kept. */
export const toHistory = (what: LinkEventName, crmContactId: number | null, who?: Who) => ({
  history: { $each: [{ at: new Date(), what, crmContactId, ...(who && { who }) }], $slice: -maxHistory },
});

export const createLinkModel = (connection: Connection) =>
  connection.model<LinkDoc>('Link', linkSchema, 'links');
export type LinkModel = ReturnType<typeof createLinkModel>;
