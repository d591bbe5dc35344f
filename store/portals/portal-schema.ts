import type { ParkedCheck } from '../../domain/rhythm/parked-check';
import { Schema } from 'mongoose';
import type { Attention } from '../../domain/link';
import type { GroupMode } from '../../domain/groups/policy';
import type { Retention } from '../../domain/privacy/retention';
import { orNull, required } from '../fields';

/** By what a portal is known again when its address sends us elsewhere. */
export interface PortalFacts {
  userId: string;
  license: string;
}

/** What became of a portal's address. */
export interface PortalEvent {
  at: Date;
  event: 'moved' | 'came_back';
  /** Where it answers since then; null at its configured address. */
  origin: string | null;
}

/** What was seen of a portal and its address. */
export interface PortalWhereabouts {
  /** Where it answers now, while the configured address sends us there; without the secret. */
  movedTo: { origin: string; since: Date } | null;
  /** Null until it was asked with these credentials. */
  facts: PortalFacts | null;
  /** The last fifty. */
  history: PortalEvent[];
}

export interface PortalPolicies {
  defaultCountry: string | null;
  timeZone: string;
}

/** When a contact is made for a person whose number no contact has. */
export type CreateMissing = 'never' | 'whenTheyWriteFirst' | 'always';

/** The treatment of people without a link. */
export interface LinkPolicies {
  /** Chats link themselves to the one contact that has the number. */
  autoLink: boolean;
  createMissing: CreateMissing;
  /** What groups do that have no policy of their own; absent on portals of before: `linked-members`. */
  groupMode?: GroupMode;
  /** When that was last changed. */
  groupModeAt?: Date;
}

/** The last of the portal's changes that was followed; `updatedTime` as the portal wrote it. */
export interface WatchCursor {
  updatedTime: string;
  afterId: number;
}

/** The reading of the portal's contacts for odd numbers, so far; `country` is the one they were read with. */
export interface OddScan {
  country: string | null;
  afterId: number;
  lastId: number;
  width: number;
  isDone: boolean;
}

/** A customer's Bitrix24. `host` identifies it; `sealedWebhookUrl` is its credential, encrypted, null once disconnected. */
export interface PortalDoc extends PortalPolicies, LinkPolicies, PortalWhereabouts {
  _id: string;
  host: string;
  sealedWebhookUrl: string | null;
  /** Null while it is connected. */
  disconnectedAt: Date | null;
  /** When the last link of a disconnected portal had ended; null before. */
  linksEndedAt: Date | null;
  /** The trouble of the portal as a whole (down, revoked, blocked), or null. */
  attention: Attention | null;
  /** Null until the portal's changes are followed. */
  watchCursor: WatchCursor | null;
  /** Null until the first contact was read. */
  oddScan: OddScan | null;
  /** The last sweep that looked at every parked link; absent until the first one. */
  parkedCheck?: ParkedCheck;
  /** For how long this portal's data are kept, where it says something else than the installation. */
  retention?: Partial<Retention>;
  /** Where the last look at each list of the sweep ended; absent: at its end. */
  places?: Record<string, string | null>;
  createdAt: Date;
}

export const portalSchema = new Schema<PortalDoc>(
  {
    _id: String,
    ...required(String, 'host', 'timeZone'),
    ...orNull(String, 'defaultCountry', 'sealedWebhookUrl'),
    ...orNull(Date, 'disconnectedAt', 'linksEndedAt'),
    autoLink: { type: Boolean, default: true },
    createMissing: { type: String, default: 'never' },
    groupMode: { type: String, default: 'linked-members' },
    groupModeAt: Date,
    watchCursor: { type: Schema.Types.Mixed, default: null },
    oddScan: { type: Schema.Types.Mixed, default: null },
    places: Schema.Types.Mixed,
    parkedCheck: Schema.Types.Mixed,
    retention: Schema.Types.Mixed,
    attention: { type: Schema.Types.Mixed, default: null },
    movedTo: { type: Schema.Types.Mixed, default: null },
    facts: { type: Schema.Types.Mixed, default: null },
    history: { type: Schema.Types.Mixed, default: [] },
    ...required(Date, 'createdAt'),
  },
  { versionKey: false, minimize: false },
).index({ host: 1 }, { unique: true });
