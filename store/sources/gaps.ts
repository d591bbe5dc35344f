import { Schema, type Connection } from 'mongoose';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import {
  againIfTaken,
  changeOne,
  findOne,
  listAll,
  listFromNewest,
  upsertAndLoad,
  type Page,
} from '../queries';

/** Why messages of a time may be missing: what the source was, or that it was connected only then. */
export type GapReason =
  'unreachable' | 'logged-out' | 'needs-qr' | 'blocked' | 'session-started' | 'connected-late';

/**
 * A time of which an account may have messages that we have not. `to` is null while the source is still away. A gap is closed
 * once the source's history of that time was read to its end; `found` messages were new then.
 */
export interface GapDoc {
  _id: string;
  portalId: string;
  accountId: string;
  reason: GapReason;
  from: Date;
  to: Date | null;
  askedAt: Date | null;
  closedAt: Date | null;
  found: number | null;
}

const gapSchema = new Schema<GapDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'reason'),
    ...required(Date, 'from'),
    ...orNull(Date, 'to', 'askedAt', 'closedAt'),
    ...orNull(Number, 'found'),
  },
  { versionKey: false },
)
  .index({ accountId: 1, from: 1 }, { unique: true })
  .index({ accountId: 1, closedAt: 1, from: 1 })
  .index({ accountId: 1, _id: -1 });

export type NewGap = Pick<GapDoc, 'portalId' | 'accountId' | 'reason' | 'from'> & { to?: Date | null };

/**
 * Gaps are told apart by the account and the time they begin at, so that each write may be done twice: after a crash the next
 * look at the source opens, ends or closes the same gap again.
 */
export function createGaps(connection: Connection) {
  const model = connection.model<GapDoc>('Gap', gapSchema, 'gaps');
  return {
    model,
    /** Opens a gap, or gives the one that begins then. Without `to` it lasts until it is ended. */
    open({ portalId, accountId, reason, from, to = null }: NewGap): Promise<GapDoc> {
      const fresh = { _id: newId(), portalId, reason, to, askedAt: null, closedAt: null, found: null };
      return againIfTaken(() => upsertAndLoad(model, { accountId, from }, { $setOnInsert: fresh }));
    },
    /** The source is back: its gaps that still last end here. Gives how many did. */
    async end(accountId: string, to: Date): Promise<number> {
      const done = await model.updateMany({ accountId, closedAt: null, to: null }, { $set: { to } });
      return done.modifiedCount;
    },
    /** Notes that the source was asked for its history of the gap. */
    async noteAsked(gapId: string, askedAt: Date): Promise<void> {
      await model.updateOne({ _id: gapId, closedAt: null }, { $set: { askedAt } });
    },
    /** Closes a gap that has ended: its history is read to the end. False when it is closed already, or still lasts. */
    close: (gapId: string, found: number, closedAt: Date): Promise<boolean> =>
      changeOne(model, { _id: gapId, closedAt: null, to: { $ne: null } }, { $set: { closedAt, found } }),
    /** The gap that still lasts, if there is one. */
    findLasting: (accountId: string): Promise<GapDoc | null> =>
      findOne(model, { accountId, closedAt: null, to: null }, { from: 1 }),
    /** Gaps that have ended and are not closed, the oldest first: the source's history of them is to be read. */
    listToRead: (accountId: string): Promise<GapDoc[]> =>
      listAll(model, { accountId, closedAt: null, to: { $ne: null } }, { sort: { from: 1 } }),
    /** The gaps of some accounts that begin at a time or later, closed ones too, the oldest first. */
    listSince: (accountIds: readonly string[], from: Date, limit = 500): Promise<GapDoc[]> =>
      listAll(model, { accountId: { $in: accountIds }, from: { $gte: from } }, { sort: { from: 1 }, limit }),
    /** A page of an account's gaps, the newest first. */
    list: (accountId: string, page: Page): Promise<GapDoc[]> => listFromNewest(model, { accountId }, page),
  };
}
