import { listAll, type Page } from '../queries';
import { toHistory, type LinkDoc, type LinkModel } from './link-schema';

const open = { $in: ['pending', 'linked', 'unlinking'] as const };

/** The end of all links of a portal that was disconnected. */
export const createLinkEndings = (model: LinkModel) => ({
  /** All links of a portal, whatever their state, in the order of their people. */
  listOfPortal: (portalId: string, { after, limit }: Page): Promise<LinkDoc[]> =>
    listAll(model, { portalId, personId: { $gt: after ?? '' } }, { sort: { personId: 1 }, limit }),

  countOpen: (portalId: string): Promise<number> => model.countDocuments({ portalId, state: open }).exec(),

  /**
   * These links end where they are: nothing is asked of the portal. Their entries and rows stay, and a later link of the same person
   * goes on with them. Safe to repeat.
   */
  async endWithPortal(linkIds: readonly string[]): Promise<void> {
    const ended = { state: 'unlinked', rhythm: 'rounds', change: null, attention: null } as const;
    await model.updateMany(
      { _id: { $in: linkIds }, state: open },
      {
        $set: { ...ended, doubt: null, reviewId: null },
        $inc: { epoch: 1 },
        $push: toHistory('the portal was disconnected', null),
      },
    );
  },
});
