import type { Model } from 'mongoose';
import type { PortalDoc, PortalEvent, PortalFacts } from './portal-schema';
import { findOne, loadOne } from '../queries';
import { portalRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

export const unmoved = { movedTo: null, facts: null, history: [] };
const keptEvents = 50;

/** How portals are reached, and what their addresses do. */
export function createPortalAccess(model: Model<PortalDoc>, box: SecretBox) {
  return {
    /** Whether the portal of this host has just these credentials. */
    async hasAccess(host: string, webhookUrl: string): Promise<boolean> {
      const portal = await findOne(model, { host }, { _id: 1 });
      try {
        return (
          !!portal?.sealedWebhookUrl && box.open(portal.sealedWebhookUrl, portalRecord(host)) === webhookUrl
        );
      } catch {
        return false; // sealed with another key
      }
    },
    /** How the portal is reached, its webhook address in the clear: for the client only. Null when no such portal is connected. */
    async findAccess(portalId: string) {
      const portal = await loadOne(model, portalId);
      if (!portal?.sealedWebhookUrl) return null;
      const { host, movedTo, facts, sealedWebhookUrl } = portal;
      return {
        webhookUrl: box.open(sealedWebhookUrl, portalRecord(host)),
        movedTo: movedTo?.origin ?? null,
        facts: facts ?? null,
      };
    },
    /** Remembers where a moved portal answers, or that it is back (null); what is known already is no event. */
    async saveMove(portalId: string, origin: string | null): Promise<void> {
      const at = new Date();
      const event: PortalEvent = { at, event: origin === null ? 'came_back' : 'moved', origin };
      const movedTo = origin === null ? null : { origin, since: at };
      const isNew = origin === null ? { movedTo: { $ne: null } } : { 'movedTo.origin': { $ne: origin } };
      const $push = { history: { $each: [event], $slice: -keptEvents } };
      await model.updateOne({ _id: portalId, ...isNew }, { $set: { movedTo }, $push });
    },
    async saveFacts(portalId: string, facts: PortalFacts): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { facts } });
    },
  };
}
