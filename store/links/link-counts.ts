import type { LinkState, Rhythm } from '../../domain/link';
import type { LinkModel } from './link-schema';

/** The links of a portal, counted from its indexes. */
export const createLinkCounts = (model: LinkModel) => ({
  /** By state and rhythm; a link that is not linked counts as its state, whatever its rhythm. */
  async countByState(portalId: string): Promise<Record<LinkState | 'paused' | 'parked', number>> {
    const count = (filter: { state: LinkState; rhythm?: Rhythm }): Promise<number> =>
      model.countDocuments({ portalId, ...filter }).exec();
    const [pending, linked, unlinking, unlinked, paused, parked] = await Promise.all([
      count({ state: 'pending' }),
      count({ state: 'linked' }),
      count({ state: 'unlinking' }),
      count({ state: 'unlinked' }),
      count({ state: 'linked', rhythm: 'paused' }),
      count({ state: 'linked', rhythm: 'parked' }),
    ]);
    return { pending, linked, unlinking, unlinked, paused, parked };
  },

  /** Links that need a person, by the code of what they need; most first. */
  async countByAttention(portalId: string): Promise<{ code: string; links: number }[]> {
    const found = await model.aggregate<{ _id: string; links: number }>([
      { $match: { portalId, 'attention.code': { $exists: true } } },
      { $group: { _id: '$attention.code', links: { $sum: 1 } } },
    ]);
    return found
      .filter(({ _id }) => typeof _id === 'string')
      .map(({ _id, links }) => ({ code: _id, links }))
      .sort((a, b) => b.links - a.links);
  },

  /** When a round of any link of the portal was tried last; null: never. */
  async findLastRoundAt(portalId: string): Promise<Date | null> {
    const newest = await Promise.all(
      (['rounds', 'parked'] as const).map((rhythm) =>
        model
          .findOne({ portalId, state: 'linked', rhythm }, { lastTriedAt: 1 })
          .sort({ lastTriedAt: -1 })
          .lean<{ lastTriedAt: Date | null }>()
          .exec(),
      ),
    );
    const times = newest.flatMap((one) => one?.lastTriedAt?.getTime() ?? []);
    return times.length === 0 ? null : new Date(Math.max(...times));
  },
});
