import type { Model } from 'mongoose';
import type { Target } from '../../domain/ids';
import type { EntryState, Lane } from '../../domain/link';
import { findOne } from '../queries';
import type { EntryDoc } from './entry-schema';

const lanes: readonly Lane[] = ['live', 'history'];

/**
 * The running count of a lane. Each entry carries its lane's items up to and with its own, and an entry goes only after its
 * predecessor: so the newest delivered one tells how many are on the page, and no count reads what was told before.
 */
export function createItemCounts(model: Model<EntryDoc>) {
  async function sumItems(target: Target, lane: Lane, states: readonly EntryState[]): Promise<number> {
    const [sum] = await model.aggregate<{ items: number }>([
      { $match: { target, state: { $in: states }, lane, repeats: null } },
      {
        $group: {
          _id: null,
          items: { $sum: { $subtract: [{ $size: '$items' }, { $ifNull: ['$fileItems', 0] }] } },
        },
      },
    ]);
    return sum?.items ?? 0;
  }

  async function countDeliveredOfLane(target: Target, lane: Lane): Promise<number> {
    const last = await findOne(model, { target, state: 'delivered', lane }, { seq: -1 });
    return last === null ? 0 : (last.itemsThrough ?? sumItems(target, lane, ['delivered']));
  }

  return {
    /**
     * The items before an entry that follows `last`. A link's new epoch may have cancelled or removed entries: its first one is
     * counted anew, as is one that follows an entry without a count.
     */
    async countBefore(last: EntryDoc | null, epoch: number): Promise<number> {
      if (last === null) return 0;
      const counted = last.epoch === epoch ? last.itemsThrough : undefined;
      return counted ?? sumItems(last.target, last.lane, ['planned', 'sending', 'delivered']);
    },

    /** The number of a target's items that are confirmed on its page: a small read for each lane but that of `newest`, a delivered entry that counts its own. */
    countDeliveredItems: async (
      target: Target,
      newest?: Pick<EntryDoc, 'lane' | 'itemsThrough'>,
    ): Promise<number> => {
      const countOf = async (lane: Lane): Promise<number> =>
        (newest?.lane === lane ? newest.itemsThrough : undefined) ?? countDeliveredOfLane(target, lane);
      const counts = await Promise.all(lanes.map(countOf));
      return counts.reduce((sum, items) => sum + items, 0);
    },
  };
}
