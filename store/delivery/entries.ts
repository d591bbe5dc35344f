import type { Connection } from 'mongoose';
import {
  isFileItem,
  toLinkTarget,
  type ItemId,
  type LinkId,
  type MessageId,
  type Target,
} from '../../domain/ids';
import type { EntryState, Lane } from '../../domain/link';
import { newId } from '../connection';
import {
  changeOne,
  findOne,
  insertOne,
  listAll,
  listFromNewest,
  loadOne,
  unlessTaken,
  type Page,
} from '../queries';
import { createBindings } from './bindings';
import { createItemCounts } from './item-counts';
import { entrySchema, type EntryDoc, type NewEntry } from './entry-schema';
import type { Markers } from './markers';
import { createPageCounts } from './page-counts';
import { createRewriting } from './rewriting';
import { createRefusedEntries } from './refused-entries';

export type { EntryBinding, EntryDoc, EntryFile } from './entry-schema';

/** The target of an entry that tells nothing: it keeps the items of a dropped copy from being told. */
const toCopyTarget = (messageId: MessageId): Target => toLinkTarget(`copy/${messageId}`);

export const isTelling = ({ target }: EntryDoc): boolean => !target.startsWith(toCopyTarget(''));

type TextChange = Partial<Pick<EntryDoc, 'text' | 'placeholder' | 'refused' | 'files'>>;

/** The entry as it was read: every compare-and-set compares it. Two carriers of a group may be of one epoch, so its contact, too. */
export type EntryRead = Pick<EntryDoc, '_id' | 'state' | 'attempt' | 'epoch' | 'crmContactId'>;

/** What is said again is counted already, and files are no messages. */
const countOwn = ({ repeats, items }: NewEntry, fileItems: number): number =>
  repeats ? 0 : items.length - fileItems;

/** `linkId`: entries of the link's own chats, and groups' entries that name its page. */
interface EntryFilter {
  linkId?: LinkId | undefined;
  chatId?: string | undefined;
  state?: EntryState | undefined;
}

const toQuery = ({ linkId, ...filter }: EntryFilter) => ({
  ...filter,
  $or: linkId === undefined ? undefined : [{ target: toLinkTarget(linkId) }, { 'bindings.linkId': linkId }],
});

export function createEntries(connection: Connection, markers: Markers) {
  const model = connection.model<EntryDoc>('Entry', entrySchema, 'entries');
  const counts = createItemCounts(model);

  const move = (
    { _id, state, attempt, epoch, crmContactId }: EntryRead,
    set: Partial<EntryDoc>,
  ): Promise<boolean> => changeOne(model, { _id, state, attempt, epoch, crmContactId }, { $set: set });

  /** Plans an entry with the lane's next number. Null when another planner has one of the items or the number. */
  async function plan(fresh: NewEntry): Promise<EntryDoc | null> {
    const last = await findOne(model, { target: fresh.target, lane: fresh.lane }, { seq: -1 });
    const planned = { state: 'planned', attempt: 0, placeholder: false } as const;
    const seq = (last?.seq ?? 0) + 1;
    const fileItems = fresh.items.filter(isFileItem).length;
    const itemsThrough = (await counts.countBefore(last, fresh.epoch)) + countOwn(fresh, fileItems);
    const entry = { _id: newId(), ...fresh, fileItems, seq, itemsThrough, ...planned };
    return unlessTaken(() => insertOne<EntryDoc>(model, entry));
  }

  return {
    model,
    plan,
    ...createRefusedEntries(model, plan, markers),

    /**
     * Takes all items of a message's second copy for good, so that a planner who read its rows before cannot plan them any
     * more. False: one of them is in an entry already. Safe to repeat, also with more items.
     */
    async retireCopy(
      { _id: messageId, portalId, chatId }: { _id: MessageId; portalId: string; chatId: string },
      items: readonly ItemId[],
    ): Promise<boolean> {
      const never = { text: '', marker: '', crmContactId: 0, epoch: 0, attempt: 0, placeholder: false };
      const copy = { _id: newId(), portalId, chatId, state: 'removed', newestAt: new Date() } as const;
      const retire = () =>
        model.updateOne(
          { target: toCopyTarget(messageId), lane: 'live', seq: 1 },
          { $set: { items: [...items] }, $setOnInsert: { ...copy, ...never } },
          { upsert: true },
        );
      return (await unlessTaken(retire)) !== null;
    },

    /** The lane's entries that are not settled, in order. */
    listUnsettled: (target: Target, lane: Lane): Promise<EntryDoc[]> =>
      listAll(model, { target, lane, state: { $in: ['planned', 'sending'] } }, { sort: { seq: 1 } }),

    hasUnsettled: async (...targets: Target[]): Promise<boolean> =>
      (await model.exists({ target: { $in: targets }, state: { $in: ['planned', 'sending'] } })) !== null,

    /** Those of the targets that have an entry under way. */
    whichUnsettled: async (targets: readonly Target[]): Promise<Set<Target>> =>
      new Set<Target>(
        await model
          .distinct('target', { target: { $in: targets }, state: { $in: ['planned', 'sending'] } })
          .exec(),
      ),

    listByItems: (items: readonly ItemId[]): Promise<EntryDoc[]> => listAll(model, { items: { $in: items } }),

    /**
     * planned -> sending, immediately before the request. `knownAt`: with files, when its outcome can be known at last; nobody looks for it
     * before. False: another process moved it.
     */
    beginSending: (entry: EntryDoc, now: Date, knownAt: Date | null = null): Promise<boolean> =>
      move(entry, {
        state: 'sending',
        attempt: entry.attempt + 1,
        sentAt: now,
        firstSentAt: entry.firstSentAt ?? now,
        lookAgainAt: knownAt,
        ...(knownAt ? { lookAgainWhy: 'portal_unreachable' } : {}),
        notBefore: null,
      }),

    /** sending -> delivered: Bitrix24 answered with an id, or was asked and showed it, on the page of `found`. */
    markDelivered: (
      read: EntryRead,
      commentId: number,
      at: Date,
      found: Partial<Pick<EntryDoc, 'crmContactId'>> = {},
    ): Promise<boolean> => move(read, { state: 'delivered', commentId, deliveredAt: at, ...found }),

    /** A portal's entries that were sent before a time and never answered, oldest first, that may be looked for now. */
    listUnknown(portalId: string, sentBefore: Date, limit: number): Promise<EntryDoc[]> {
      const mayBeLookedFor = [{ lookAgainAt: null }, { lookAgainAt: { $lte: new Date() } }];
      const filter = {
        portalId,
        state: 'sending',
        sentAt: { $lte: sentBefore },
        $or: mayBeLookedFor,
      } as const;
      return listAll(model, filter, { sort: { sentAt: 1, _id: 1 }, limit });
    },

    /** A sending entry that no page could be read for: it stays unknown, and is looked for again later. */
    lookAgain: (read: EntryRead, at: Date, why: string): Promise<boolean> =>
      move(read, { lookAgainAt: at, lookAgainWhy: why }),

    /** A sending entry that was refused unclearly: it stays unknown until it was looked for, and does not go again before. */
    holdBack: (read: EntryRead, notBefore: Date, change: TextChange): Promise<boolean> =>
      move(read, { notBefore, ...change }),

    /** sending -> planned: certainly not carried out. `change` renews what a refusal asks for. */
    putBack: (read: EntryRead, change: TextChange & Partial<Pick<EntryDoc, 'crmContactId'>>) =>
      move(read, { state: 'planned', ...change }),

    /** Gives a planned entry the link's present contact and epoch; a group's entry another carrier, too. */
    repin: (read: EntryRead, pin: Pick<EntryDoc, 'crmContactId' | 'epoch' | 'carrierId'>): Promise<boolean> =>
      move(read, pin),

    /** Cancels a planned entry: it goes, and its items are free again. */
    async cancel(read: EntryRead): Promise<boolean> {
      const { _id, attempt, epoch, crmContactId } = read;
      const done = await model.deleteOne({ _id, state: 'planned', attempt, epoch, crmContactId });
      return done.deletedCount === 1;
    },

    /** A posted entry is on another contact's page now. */
    moveTo: (read: EntryRead, crmContactId: number): Promise<boolean> => move(read, { crmContactId }),

    /** delivered -> removed. Its items stay, so a relink does not post them again. */
    markRemoved: (read: EntryRead): Promise<boolean> => move(read, { state: 'removed' }),

    load: (entryId: string): Promise<EntryDoc | null> => loadOne(model, entryId),

    listOfTarget: (target: Target): Promise<EntryDoc[]> =>
      listAll(model, { target }, { sort: { lane: 1, seq: 1 } }),

    /** A page of entries, newest first, without those that only keep a dropped copy from being told. */
    list: (filter: EntryFilter, page: Page): Promise<EntryDoc[]> =>
      listFromNewest(model, { crmContactId: { $gt: 0 }, ...toQuery(filter) }, page),

    countDeliveredItems: counts.countDeliveredItems,
    ...createBindings(model),
    ...createPageCounts(model),
    ...createRewriting(model),
  };
}
