import { Schema, type Connection } from 'mongoose';
import type { Alias } from '../domain/identity';

export interface StoredAlias extends Alias {
  firstSeenAt: Date;
  source: string;
}

export interface StoredName {
  name: string;
  firstSeenAt: Date;
  source: string;
}

/** How it stands with looking for a person's contact; `nextAt` null: not by the clock, only when the CRM changes. */
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
  names: StoredName[];
  /** The name to show: the last one seen. */
  name: string | null;
  /**
   * Set once and for ever when this person was found to be another one. The aliases stay here and lead there, so that no
   * moment exists in which an alias is nobody's.
   */
  mergedInto: string | null;
  /** The merge has begun and not everything of this person is with the survivor yet. */
  moving: boolean;
  /** What the people merged into this one are called. */
  absorbed: StoredAlias[];
  /** Null until a message came that no link takes. */
  lookup: PersonLookup | null;
  /** The time of the newest message that no link took. */
  lastMessageAt: Date | null;
  createdAt: Date;
}

const seen = { firstSeenAt: { type: Date, required: true }, source: { type: String, required: true } };
const aliasSchema = new Schema<StoredAlias>(
  { kind: { type: String, required: true }, key: { type: String, required: true }, ...seen },
  { _id: false },
);
const personSchema = new Schema<PersonDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    aliases: [aliasSchema],
    names: [new Schema<StoredName>({ name: { type: String, required: true }, ...seen }, { _id: false })],
    name: { type: String, default: null },
    mergedInto: { type: String, default: null },
    moving: { type: Boolean, default: false },
    absorbed: [aliasSchema],
    lookup: { type: Schema.Types.Mixed, default: null },
    lastMessageAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, minimize: false },
)
  .index({ portalId: 1, 'aliases.key': 1 }, { unique: true })
  .index({ portalId: 1, 'lookup.nextAt': 1 })
  .index({ portalId: 1, moving: 1 });

export const createPersonModel = (connection: Connection) =>
  connection.model('Person', personSchema, 'people');
export type PersonModel = ReturnType<typeof createPersonModel>;
