import type { Who } from '../../domain/access';
import type { Attention, Rhythm } from '../../domain/link';
import { listAll, listFromOldest, toPages, type Page } from '../queries';
import { isNoChange, toHistory, type LinkDoc, type LinkModel } from './link-schema';

/** The times a round leaves on the link. Clocks only go forward; null leaves one where it is. */
export interface RoundClocks {
  checkedAt: Date;
  syncedAt: Date | null;
  /** When the link's own workflow tried; a drain works for many links and stands for none of their workflows. */
  triedAt: Date | null;
}

export type ParkedLink = Pick<LinkDoc, '_id' | 'lastCheckedAt'>;

/** The sweep's questions: links whose workflow may be missing, and parked ones. */
const createSweepLists = (model: LinkModel) => ({
  /**
   * Links that were asked for (or whose change was) before `before`, and whose workflow may never have begun. A contact that the portal
   * refused waits until its pause is over.
   */
  listUnstarted(portalId: string, before: Date, page: Page): Promise<LinkDoc[]> {
    const isRefusedStill = { 'creation.refusal.nextAt': { $gt: new Date() } };
    const requested = { state: 'pending' as const, 'request.at': { $lt: before }, $nor: [isRefusedStill] };
    const asked = [requested, { 'change.kind': { $exists: true } }];
    return listFromOldest(model, { portalId, $or: asked }, page);
  },

  /**
   * Linked links in rounds that no round was tried for since `before`, the longest untried first: their workflow is lost. A wake is a try:
   * the next list is of others.
   */
  listNeglected: (portalId: string, before: Date, limit: number): Promise<LinkDoc[]> =>
    listAll(
      model,
      {
        ...{ portalId, state: 'linked', rhythm: 'rounds', startedAt: { $lt: before } },
        $or: [{ lastTriedAt: null }, { lastTriedAt: { $lt: before } }],
      },
      { sort: { lastTriedAt: 1 }, limit },
    ),

  countParked: (portalId: string): Promise<number> =>
    model.countDocuments({ portalId, state: 'linked', rhythm: 'parked' }).exec(),

  /** Parked links that were stamped before a time, or never, in pages of one reading. */
  listParked: (portalId: string, stampedBefore: Date, size: number): AsyncGenerator<ParkedLink[]> =>
    toPages(
      model
        .find({
          portalId,
          state: 'linked',
          rhythm: 'parked',
          lastCheckedAt: { $not: { $gte: stampedBefore } },
        })
        .select({ lastCheckedAt: 1 })
        .lean<ParkedLink>()
        .cursor({ batchSize: size }),
      size,
      (link) => link,
    ),
});

/** The writes of rounds, pauses, parking and the sweep on links. */
export const createLinkRounds = (model: LinkModel) => ({
  ...createSweepLists(model),

  /** Of these links those that are parked. Whoever made rows asks after them: whoever parks looks for rows after it. */
  async whichParked(linkIds: readonly string[]): Promise<string[]> {
    if (linkIds.length === 0) return [];
    const parked = { _id: { $in: [...linkIds] }, rhythm: 'parked' as const };
    return (await model.find(parked, { _id: 1 }).lean().exec()).map(({ _id }) => _id);
  },

  /** `who` asked for it, where somebody did: then it is in the link's history. */
  async setRhythm(linkId: string, rhythm: Rhythm, from: Rhythm[], who?: Who): Promise<boolean> {
    const what = rhythm === 'paused' ? 'paused' : 'resumed';
    const update = { $set: { rhythm }, ...(who && { $push: toHistory(what, null, who) }) };
    const done = await model.updateOne({ _id: linkId, rhythm: { $in: from } }, update);
    return done.matchedCount === 1;
  },

  /** rounds -> parked; true too where it was parked before. Rows are looked for after it: see docs/decisions/0054. */
  async park(linkId: string): Promise<boolean> {
    const awake = {
      _id: linkId,
      state: 'linked' as const,
      rhythm: { $in: ['rounds', 'parked'] as Rhythm[] },
    };
    return (await model.updateOne(awake, { $set: { rhythm: 'parked' } })).matchedCount === 1;
  },

  /** Sets or clears the link's attention; keeps `since` while the code stays the same. A doubt's stays. */
  async setAttention(linkId: string, attention: Attention | null): Promise<void> {
    const filter = attention
      ? { 'attention.code': { $ne: attention.code } }
      : { attention: { $ne: null }, doubt: null };
    await model.updateOne({ _id: linkId, ...filter }, { $set: { attention } });
  },

  /**
   * An entry was confirmed at `at` (null: its time is known already); the counts are of what is confirmed on the page so far. An ended link's count stands: its entries may
   * have been removed.
   */
  async moveBackedUp(
    linkId: string,
    at: Date | null,
    counts: { messagesBackedUp?: number; groupMessagesBackedUp?: number },
  ): Promise<void> {
    const open = { _id: linkId, state: { $ne: 'unlinked' as const } };
    await model.updateOne(open, { $max: { ...(at && { lastBackedUpAt: at }), ...counts } });
  },

  /** A round ended well. */
  async moveClocks(linkId: string, { checkedAt, syncedAt, triedAt }: RoundClocks): Promise<void> {
    const clocks = {
      lastCheckedAt: checkedAt,
      ...(syncedAt === null ? {} : { lastSyncAt: syncedAt }),
      ...(triedAt === null ? {} : { lastTriedAt: triedAt }),
    };
    await model.updateOne({ _id: linkId }, { $max: clocks }, isNoChange);
  },

  /** Quiet rounds of these links ended well: both clocks. Clocks go forward only. */
  async moveQuietClocks(linkIds: readonly string[], at: Date): Promise<void> {
    const clocks = { lastCheckedAt: at, lastSyncAt: at, lastTriedAt: at };
    await model.updateMany({ _id: { $in: linkIds } }, { $max: clocks }, isNoChange);
  },

  async recordTry(linkId: string, at: Date): Promise<void> {
    await model.updateOne({ _id: linkId }, { $max: { lastTriedAt: at } }, isNoChange);
  },

  /** Lost workflows are woken now. */
  async recordTries(linkIds: readonly string[], at: Date): Promise<void> {
    await model.updateMany({ _id: { $in: linkIds } }, { $max: { lastTriedAt: at } }, isNoChange);
  },

  /** Stamps those of the links that are parked still as checked. */
  async stampParked(linkIds: readonly string[], at: Date): Promise<void> {
    if (linkIds.length === 0) return;
    const parked = { _id: { $in: [...linkIds] }, state: 'linked' as const, rhythm: 'parked' as const };
    await model.updateMany(parked, { $max: { lastCheckedAt: at, lastSyncAt: at } }, isNoChange);
  },
});
