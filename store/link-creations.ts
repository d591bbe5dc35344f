import type { Creation, LinkModel } from './link-schema';

/** What the making of a link's contact writes on the link. */
export function createLinkCreations(model: LinkModel) {
  return {
    /** planned -> sending, or anything the life of a creation needs: compared on state and attempt. */
    async moveCreation(linkId: string, from: Creation | null, to: Creation): Promise<boolean> {
      const filter =
        from === null
          ? { creation: null }
          : { 'creation.state': from.state, 'creation.attempt': from.attempt };
      const done = await model.updateOne(
        { _id: linkId, state: 'pending', ...filter },
        { $set: { creation: to } },
      );
      return done.modifiedCount === 1;
    },
  };
}
