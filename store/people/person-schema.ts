import { Schema, type Connection } from 'mongoose';
import type { Alias } from '../../domain/identity';
import type { Excluded } from '../../domain/privacy/excluded';
import { orNull, required } from '../fields';

export interface StoredAlias extends Alias {
  firstSeenAt: Date;
  source: string;
  /** Of a number got by WhatsApp's notice: when, in WhatsApp's time. Before, another person may have had it. */
  since?: Date;
}

/**
 * A number the person has no more: it names nobody now, and its next user is another person. Messages with it up to
 * `endedAt` (WhatsApp's time) are the person's.
 */
export interface FormerAlias extends StoredAlias {
  endedAt: Date;
  /** The key of the number that came after it. */
  movedTo: string;
}

/** A person's new number by which another is known: they are one, or a human must say whose it is. */
export interface NumberClaim {
  key: string;
  since: Date;
  source: string;
}

/** A username is a weak sign: it is kept to be shown, and nobody is found or merged by it. */
export interface StoredUsername extends StoredAlias {
  /** When another person was first seen with it; null: none was. */
  seenElsewhereAt: Date | null;
}

export interface StoredName {
  name: string;
  firstSeenAt: Date;
  source: string;
}

/** The search for a person's contact; `nextAt` null: not by the clock, only when the CRM changes. */
export interface PersonLookup {
  at: Date | null;
  nextAt: Date | null;
  /** Look-ups in a row that found no one owner. */
  misses: number;
}

/** An identity: everything WhatsApp calls one person. Always has at least one alias. */
export interface PersonDoc {
  _id: string;
  portalId: string;
  aliases: StoredAlias[];
  /** The numbers had before, the oldest first; absent on people of before numbers could change. */
  former?: FormerAlias[];
  usernames?: StoredUsername[];
  claim?: NumberClaim | null;
  names: StoredName[];
  /** The name to show: the last one seen. */
  name: string | null;
  /**
   * Set once and for ever when this person was found to be another one. The aliases stay here and lead there, so that no
   * moment exists in which an alias is nobody's.
   */
  mergedInto: string | null;
  /** A merge into another person, or a claim to a number, goes on with the next sweep. */
  moving: boolean;
  /** The aliases of the people merged into this one. */
  absorbed: StoredAlias[];
  /** Null until a message came that no link takes. */
  lookup: PersonLookup | null;
  /** The time of the newest message that no link took. */
  lastMessageAt: Date | null;
  /** Nothing is taken in of them; absent or null: it is. */
  excluded?: Excluded | null;
  createdAt: Date;
}

const seen = { firstSeenAt: { type: Date, required: true }, source: { type: String, required: true } };
const alias = { kind: { type: String, required: true }, key: { type: String, required: true }, ...seen };
const aliasSchema = new Schema<StoredAlias>({ ...alias, since: Date }, { _id: false });
const formerSchema = new Schema<FormerAlias>(
  {
    ...{ ...alias, since: Date },
    ...required(Date, 'endedAt'),
    ...required(String, 'movedTo'),
  },
  { _id: false },
);
const usernameSchema = new Schema<StoredUsername>(
  { ...alias, seenElsewhereAt: { type: Date, default: null } },
  { _id: false },
);
const personSchema = new Schema<PersonDoc>(
  {
    _id: String,
    ...required(String, 'portalId'),
    aliases: [aliasSchema],
    former: [formerSchema],
    usernames: [usernameSchema],
    claim: { type: Schema.Types.Mixed, default: null },
    names: [new Schema<StoredName>({ name: { type: String, required: true }, ...seen }, { _id: false })],
    ...orNull(String, 'name', 'mergedInto'),
    moving: { type: Boolean, default: false },
    absorbed: [aliasSchema],
    lookup: { type: Schema.Types.Mixed, default: null },
    ...orNull(Date, 'lastMessageAt'),
    excluded: { type: Schema.Types.Mixed, default: null },
    ...required(Date, 'createdAt'),
  },
  { versionKey: false, minimize: false },
)
  .index({ portalId: 1, 'aliases.key': 1 }, { unique: true })
  .index({ portalId: 1, 'former.key': 1 })
  .index({ portalId: 1, 'usernames.key': 1 })
  .index({ portalId: 1, 'names.name': 1 })
  .index({ portalId: 1, 'lookup.nextAt': 1, _id: 1 })
  .index({ portalId: 1, moving: 1, _id: 1 })
  .index({ portalId: 1, mergedInto: 1 })
  .index({ portalId: 1, _id: 1 });

export const createPersonModel = (connection: Connection) =>
  connection.model<PersonDoc>('Person', personSchema, 'people');
export type PersonModel = ReturnType<typeof createPersonModel>;
