import type { Model } from 'mongoose';
import type { ChatId, ItemId, LinkId, Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import type { BindingState, EntryDoc } from './entry-schema';

/** Items of a group that are to be on a link's page and are not: `planned` with their comment, `aside` after it. */
export interface ItemsOfPage {
  linkId: LinkId;
  chatId: ChatId;
  lane: Lane;
  state: 'planned' | 'aside';
  items: number;
}

/** An entry of a group that names a link's page: what is in it, and how far it is there. */
export interface EntryOfPage {
  items: ItemId[];
  state: BindingState;
  /** Its text was refused; a line on the page says so. */
  placeholder: boolean;
}

/** Messages of a group on one page, the entries that hold them, and the number of the last of those. */
export interface BoundItems {
  items: number;
  entries: number;
  seq: number;
}

/** What groups' entries are on the pages that they name, counted. */
export const createPageCounts = (model: Model<EntryDoc>) => ({
  async countOpenItems(linkIds: readonly LinkId[]): Promise<ItemsOfPage[]> {
    if (linkIds.length === 0) return [];
    const linkId = { $in: [...new Set(linkIds)] };
    const state = { $in: ['planned', 'aside'] };
    const sums = await model.aggregate<{ _id: Omit<ItemsOfPage, 'items'>; items: number }>([
      { $match: { bindings: { $elemMatch: { linkId, state } }, state: { $ne: 'removed' } } },
      { $project: { chatId: 1, lane: 1, bindings: 1, items: { $size: '$items' } } },
      { $unwind: '$bindings' },
      { $match: { 'bindings.linkId': linkId, 'bindings.state': state } },
      {
        $group: {
          _id: { linkId: '$bindings.linkId', state: '$bindings.state', chatId: '$chatId', lane: '$lane' },
          items: { $sum: '$items' },
        },
      },
    ]);
    return sums.map(({ _id, items }) => ({ ..._id, items }));
  },

  /** The messages of a group's entries after one that are on a link's page; what is said again is counted already. */
  async countBoundItems(target: Target, lane: Lane, linkId: LinkId, after: number): Promise<BoundItems> {
    const [sum] = await model.aggregate<BoundItems>([
      {
        $match: {
          ...{ target, lane, seq: { $gt: after }, state: 'delivered', repeats: null },
          bindings: { $elemMatch: { linkId, state: 'bound' } },
        },
      },
      {
        $group: {
          _id: null,
          items: { $sum: { $subtract: [{ $size: '$items' }, { $ifNull: ['$fileItems', 0] }] } },
          entries: { $sum: 1 },
          seq: { $max: '$seq' },
        },
      },
    ]);
    return sum ?? { items: 0, entries: 0, seq: after };
  },

  /** All entries of a group that name a link's page, without their texts. */
  listOfPage: (linkId: LinkId, chatId: ChatId): Promise<EntryOfPage[]> =>
    model
      .aggregate<EntryOfPage>([
        { $match: { chatId, 'bindings.linkId': linkId } },
        { $project: { _id: 0, items: 1, placeholder: 1, bindings: 1 } },
        { $unwind: '$bindings' },
        { $match: { 'bindings.linkId': linkId } },
        { $project: { items: 1, placeholder: 1, state: '$bindings.state' } },
      ])
      .exec(),

  /** Whether an entry of a group is still to come onto a link's page. */
  hasOpenPage: async (linkId: LinkId, chatId: ChatId): Promise<boolean> =>
    (await model.exists({
      ...{ chatId, state: { $ne: 'removed' } },
      bindings: { $elemMatch: { linkId, state: { $in: ['planned', 'aside'] } } },
    })) !== null,
});
