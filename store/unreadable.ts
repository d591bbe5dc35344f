import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { Unreadable } from '../domain/message';
import { labelsUnknown } from '../domain/source/labels';
import { insertNew } from './bulk';
import { newId } from './connection';
import { orNull, required } from './fields';
import { changeOne, listAll, listFromNewest, listFromOldest, loadOne, type Page } from './queries';

/** A payload that could not be translated, kept with its reason so that nothing is lost. One document per payload. */
export interface UnreadableDoc {
  _id: string;
  portalId: string;
  accountId: string;
  source: string;
  code: string;
  reason: string;
  /** The payload as JSON text. A very long one is cut, and cannot be read again, unless it only waits for labels. */
  raw: string;
  /** What the request said around it, by which it is understood; JSON text. */
  context: string | null;
  hash: string;
  receivedAt: Date;
  /** The reading rules that it was last read by; null where it was kept before there were any. */
  readBy: number | null;
}

/** A payload to keep, and why. */
export interface Unread {
  raw: unknown;
  context?: unknown;
  why: Unreadable;
}

const unreadableSchema = new Schema<UnreadableDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'source', 'code', 'reason', 'raw', 'hash'),
    ...required(Date, 'receivedAt'),
    ...orNull(String, 'context'),
    ...orNull(Number, 'readBy'),
  },
  { versionKey: false },
)
  .index({ accountId: 1, hash: 1 }, { unique: true })
  .index({ accountId: 1, _id: 1 })
  .index({ accountId: 1, code: 1 })
  .index({ portalId: 1, code: 1, _id: 1 })
  .index({ portalId: 1, _id: 1 })
  .index({ portalId: 1, readBy: 1, _id: 1 });

/** WhatsApp's pictures in small come with most payloads: a cut one could never be read again. */
const maxRawCharacters = 262_144;

const maxDepth = 200;

function cutBelow(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '(too deep)';
  if (Array.isArray(value)) return value.map((one) => cutBelow(one, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cutBelow(one, depth - 1)]));
}

/** A value as JSON text. What is nested so deep that it cannot be written (some thousand levels) is cut. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify(cutBelow(value, maxDepth));
  }
}

export function createUnreadable(connection: Connection) {
  const model = connection.model<UnreadableDoc>('Unreadable', unreadableSchema, 'unreadable');
  return {
    model,
    /** Keeps each payload once; a redelivery of the same payload adds nothing. */
    async keep(
      owner: { portalId: string; accountId: string; source: string },
      payloads: readonly Unread[],
      readBy: number,
    ): Promise<void> {
      const receivedAt = new Date();
      const fresh = payloads.map(({ raw: payload, context: around, why: { code, reason } }) => {
        const json = toJson(payload);
        const hash = createHash('sha256').update(json).digest('hex');
        const raw = code === labelsUnknown.code ? json : json.slice(0, maxRawCharacters);
        const context = around === undefined ? null : toJson(around).slice(0, maxRawCharacters);
        return { _id: newId(), ...owner, code, reason, raw, context, hash, receivedAt, readBy };
      });
      await insertNew(model, fresh);
    },

    load: (unreadableId: string): Promise<UnreadableDoc | null> => loadOne(model, unreadableId),

    /** A page of an account's, or of all, the newest first. */
    list: (filter: { accountId: string | undefined }, page: Page): Promise<UnreadableDoc[]> =>
      listFromNewest(model, filter, page),

    /** How many there are of an account; at most so many are counted. */
    countOf: (accountId: string, most: number): Promise<number> =>
      model.countDocuments({ accountId }, { limit: most }).exec(),

    /** A page of those that were read by older rules only. */
    listReadBefore(portalId: string, rules: number, { after, limit }: Page): Promise<UnreadableDoc[]> {
      const readBy = { $in: [null, ...Array.from({ length: rules }, (_, index) => index)] };
      const filter = { portalId, readBy, ...(after === null ? {} : { _id: { $gt: after } }) };
      return listAll(model, filter, { sort: { _id: 1 }, limit });
    },

    /** A page of what waits for the labels of its chat, in the order it came. */
    listHeld: (portalId: string, page: Page): Promise<UnreadableDoc[]> =>
      listFromOldest(model, { portalId, code: labelsUnknown.code }, page),

    /** How much of an account waits so. */
    countHeld: (accountId: string): Promise<number> =>
      model.countDocuments({ accountId, code: labelsUnknown.code }).exec(),

    /** Notes that it was read again and is not understood yet. */
    noteRead: (unreadableId: string, { code, reason }: Unreadable, readBy: number): Promise<boolean> =>
      changeOne(model, { _id: unreadableId }, { $set: { code, reason, readBy } }),

    /** False when it was gone already. */
    async remove(unreadableId: string): Promise<boolean> {
      return (await model.deleteOne({ _id: unreadableId })).deletedCount === 1;
    },
  };
}
