import { changeOne, unlessTaken } from '../queries';
import { toHistory, type LinkModel } from './link-schema';

/** The steps of a merge of people that are written on links; see person-merge.ts. */
export const createLinkMerges = (model: LinkModel) => ({
  /**
   * Gives a link to another person. False when that person has a link, or this link was another's before: then the
   * merge looks again.
   */
  async giveTo(linkId: string, from: string, to: string): Promise<boolean> {
    const $push = toHistory('given to the merged person', null);
    const give = () => changeOne(model, { _id: linkId, personId: from }, { $set: { personId: to }, $push });
    return (await unlessTaken(give)) ?? false;
  },
});
