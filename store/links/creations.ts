import { changeAndLoad, changeOne } from '../queries';
import type { Creation, LinkDoc, LinkModel, LinkRequest } from './link-schema';

/** The writes of making a link's contact. */
export const createLinkCreations = (model: LinkModel) => ({
  /** planned -> sending, or anything the life of a creation needs: compared on state and attempt. */
  moveCreation(linkId: string, from: Creation | null, to: Creation): Promise<boolean> {
    const read =
      from === null ? { creation: null } : { 'creation.state': from.state, 'creation.attempt': from.attempt };
    return changeOne(model, { _id: linkId, state: 'pending', ...read }, { $set: { creation: to } });
  },

  /**
   * A pending link whose contact was refused is asked for again, perhaps with what was missing: the request given last
   * counts. Null when it is not refused any more.
   */
  askAgain: ({ _id, creation }: LinkDoc, request: LinkRequest): Promise<LinkDoc | null> =>
    changeAndLoad(
      model,
      {
        ...{ _id, state: 'pending', 'creation.state': 'planned' },
        ...{ 'creation.attempt': creation?.attempt ?? 0, 'creation.refusal': { $exists: true } },
      },
      { $set: { request }, $unset: { 'creation.refusal': '' } },
    ),

  /**
   * The pauses of contacts that the portal refused are over: of all, since what it wants of a contact has changed, or of these people's,
   * since a contact of the CRM has their number now.
   */
  async retryRefused(portalId: string, now: Date, personIds?: readonly string[]): Promise<void> {
    const whose = personIds ? { personId: { $in: personIds } } : {};
    await model.updateMany(
      { portalId, ...whose, state: 'pending', 'creation.refusal.nextAt': { $gt: now } },
      { $set: { 'creation.refusal.nextAt': now } },
    );
  },
});
