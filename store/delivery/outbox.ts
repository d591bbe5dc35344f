import { Schema, type Connection } from 'mongoose';
import { toGroupTarget, type ItemId, type LinkId, type Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import { insertNew } from '../bulk';
import { newId } from '../connection';
import { required } from '../fields';
import { findOne, listAll, toPages } from '../queries';

/** An item that is not yet on its target's page. Deleted once delivered, so the collection stays small. */
export interface OutboxRow {
  _id: string;
  item: ItemId;
  target: Target;
  portalId: string;
  chatId: string;
  messageId: string;
  v: number;
  /** Counts from 1; above 1 only for a text too long for one comment. */
  part: number;
  lane: Lane;
  /** The message's time; a time ahead of ours counts as its arrival. Rows go by (orderAt, arrivedAt). */
  orderAt: Date;
  arrivedAt: Date;
  /** Of a row that is ordered by another time, when its message was said. */
  saidAt?: Date;
  /** Only of a group's file: the links whose pages its message is on, or is to be. */
  linkIds?: LinkId[];
}

const rowSchema = new Schema<OutboxRow>(
  {
    _id: String,
    ...required(String, 'item', 'target', 'portalId', 'chatId', 'messageId', 'lane'),
    ...required(Number, 'v', 'part'),
    ...required(Date, 'orderAt', 'arrivedAt'),
    saidAt: Date,
    linkIds: { type: [String], default: undefined },
  },
  { versionKey: false },
)
  .index({ item: 1 }, { unique: true })
  .index({ target: 1, lane: 1, orderAt: 1, arrivedAt: 1, messageId: 1, v: 1, part: 1 })
  .index({ portalId: 1, lane: 1, arrivedAt: 1 });

/** A target with live rows, and when the oldest of them arrived. */
export interface WaitingTarget {
  target: Target;
  since: Date;
}

/** Rows that arrived from a time on and before another, so many at most. */
interface Window {
  from?: Date;
  before?: Date;
  rows?: number;
}

const farFuture = new Date(8.64e15);
/** A target may have many rows: at most so many of a portal are looked through at once. */
const rowsLookedThrough = 20_000;

export function createOutbox(connection: Connection) {
  const model = connection.model<OutboxRow>('OutboxRow', rowSchema, 'outbox');
  return {
    model,
    /** Adds rows, but for items that have one. Gives how many are new. */
    async add(rows: readonly Omit<OutboxRow, '_id'>[]): Promise<number> {
      const taken = await insertNew(
        model,
        rows.map((row): OutboxRow => ({ _id: newId(), ...row })),
      );
      return rows.length - taken.size;
    },
    /** The oldest rows of a lane, in the order they belong on the page. */
    listOfLane(target: Target, lane: Lane, limit: number): Promise<OutboxRow[]> {
      const sort = { orderAt: 1, arrivedAt: 1, messageId: 1, v: 1, part: 1 } as const;
      return listAll(model, { target, lane }, { sort, limit });
    },
    count: (target: Target, lane: Lane): Promise<number> => model.countDocuments({ target, lane }).exec(),
    countOfPortal: (portalId: string): Promise<number> => model.countDocuments({ portalId }).exec(),
    /** How many of a portal's rows are groups': those are on no contact's list. */
    countOfGroups: (portalId: string): Promise<number> =>
      model
        .countDocuments({ portalId, target: { $gte: toGroupTarget(''), $lt: toGroupTarget('\uffff') } })
        .exec(),
    /** Since when the longest waiting live item of a portal waits; null: none does. */
    findOldestArrival: async (portalId: string): Promise<Date | null> =>
      (await findOne(model, { portalId, lane: 'live' }, { arrivedAt: 1 }))?.arrivedAt ?? null,
    /** Those of the items that have a row. */
    whichItems: async (items: readonly ItemId[]): Promise<Set<ItemId>> =>
      new Set((await listAll(model, { item: { $in: items } })).map(({ item }) => item)),
    hasAny: async (...targets: Target[]): Promise<boolean> =>
      (await model.exists({ target: { $in: targets } })) !== null,
    /** Those of the targets that have something waiting, in any lane. */
    whichWait: async (targets: readonly Target[]): Promise<Set<Target>> =>
      new Set<Target>(await model.distinct('target', { target: { $in: targets } }).exec()),
    /**
     * The targets of a portal's oldest live rows, the longest waiting first: of those rows that arrived from one time on, or before
     * one. `next`: from where to look on; null when these were all.
     */
    async listWaiting(
      portalId: string,
      { from = new Date(0), before = farFuture, rows = rowsLookedThrough }: Window = {},
    ): Promise<{ targets: WaitingTarget[]; next: Date | null }> {
      const waiting = await model.aggregate<{ _id: Target; since: Date; until: Date; rows: number }>([
        { $match: { portalId, lane: 'live', arrivedAt: { $gte: from, $lt: before } } },
        { $sort: { arrivedAt: 1 } },
        { $limit: rows },
        {
          $group: {
            _id: '$target',
            since: { $min: '$arrivedAt' },
            until: { $max: '$arrivedAt' },
            rows: { $sum: 1 },
          },
        },
        { $sort: { since: 1, _id: 1 } },
      ]);
      const seen = waiting.reduce((sum, target) => sum + target.rows, 0);
      const last = Math.max(0, ...waiting.map(({ until }) => until.getTime()));
      // Rows of one time may be cut apart: they are looked through again, unless a whole look was of that one time.
      const next = new Date(last > from.getTime() ? last : last + 1);
      const targets = waiting.map(({ _id, since }) => ({ target: _id, since }));
      return { targets, next: seen < rows ? null : next };
    },
    /** All targets of a portal that have something waiting, in any lane, in pages of one reading. */
    listEveryTarget(portalId: string, size: number): AsyncGenerator<Target[]> {
      const found = model
        .aggregate<{ _id: Target }>([{ $match: { portalId } }, { $group: { _id: '$target' } }])
        .cursor<{ _id: Target }>({ batchSize: size });
      return toPages(found, size, ({ _id }) => _id);
    },
    /** The targets that have something waiting, in any lane: those of a part of the rows where there are very many. */
    async listTargets(portalIds: readonly string[]): Promise<Target[]> {
      const found = await model.aggregate<{ _id: Target }>([
        { $match: { portalId: { $in: portalIds } } },
        { $limit: rowsLookedThrough },
        { $group: { _id: '$target' } },
      ]);
      return found.map(({ _id }) => _id);
    },
    /** The waiting items of a message that went over to another chat. */
    async giveTo(items: readonly ItemId[], chatId: string): Promise<void> {
      await model.updateMany({ item: { $in: items } }, { $set: { chatId } });
    },
    async remove(items: readonly ItemId[]): Promise<void> {
      if (items.length === 0) return;
      await model.deleteMany({ item: { $in: items } });
    },
    /** What waits of one chat of a target is held from now on. */
    async removeOfChat(target: Target, chatId: string): Promise<void> {
      await model.deleteMany({ target, chatId });
    },
    /** An unlinked target waits for nothing. */
    async removeOfTarget(target: Target): Promise<void> {
      await model.deleteMany({ target });
    },
  };
}
