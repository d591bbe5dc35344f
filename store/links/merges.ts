import { isDuplicateKey } from '../connection';
import type { LinkModel } from './link-schema';

/** What a merge of people does to their links; see person-merge.ts. */
export function createLinkMerges(model: LinkModel) {
  return {
    /**
     * Gives a link to another person. False when that person has a link, or this link was another's before: then the
     * merge looks again.
     */
    async giveTo(linkId: string, from: string, to: string): Promise<boolean> {
      const event = { at: new Date(), what: 'given to the merged person', crmContactId: null };
      try {
        const done = await model.updateOne(
          { _id: linkId, personId: from },
          { $set: { personId: to }, $push: { history: event } },
        );
        return done.modifiedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
  };
}
