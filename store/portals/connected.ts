import type { Model, QueryFilter } from 'mongoose';
import { changeAndLoad, findOne, listAll } from '../queries';
import type { PortalDoc } from './portal-schema';

/** A portal that is worked with, as every one is that was stored before any could be disconnected. */
export const connected = { disconnectedAt: null, linksEndedAt: null };

/** Which portals are worked with, and the end of that. `whole` adds what an older version did not store. */
export function createConnected(model: Model<PortalDoc>, whole: (portal: PortalDoc) => PortalDoc) {
  const list = async (filter: QueryFilter<PortalDoc>): Promise<PortalDoc[]> =>
    (await listAll(model, filter, { sort: { _id: 1 } })).map(whole);
  return {
    /** The connected portals. */
    list: () => list({ disconnectedAt: null }),
    /** Those that are disconnected, too: their people, links and messages are kept. */
    listKnown: () => list({}),
    /** The portals whose watch has something to do. */
    listWatched: () => list({ $or: [{ disconnectedAt: null }, { linksEndedAt: null }] }),
    /** A portal that may be worked with: null when it is disconnected, or not known. */
    async loadConnected(portalId: string): Promise<PortalDoc | null> {
      const found = await findOne(model, { _id: portalId, disconnectedAt: null });
      return found && whole(found);
    },
    /**
     * Disconnects the portal: its credential is deleted at once, and its watch ends the links. Null when no such portal is
     * connected. The same webhook connects it again.
     */
    async disconnect(portalId: string, at: Date): Promise<PortalDoc | null> {
      const gone = { sealedWebhookUrl: null, movedTo: null, facts: null, watchCursor: null, attention: null };
      const $set = { ...gone, disconnectedAt: at, linksEndedAt: null, 'places.ended': null };
      const found = await changeAndLoad(model, { _id: portalId, disconnectedAt: null }, { $set });
      return found && whole(found);
    },
    /** The links of a disconnected portal have ended; false when it was connected again meanwhile. */
    async recordLinksEnded(portalId: string, at: Date): Promise<boolean> {
      const disconnected = { _id: portalId, disconnectedAt: { $ne: null } };
      const done = await model.updateOne(disconnected, { $set: { linksEndedAt: at } });
      return done.matchedCount === 1;
    },
  };
}
