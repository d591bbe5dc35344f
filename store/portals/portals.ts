import type { Connection } from 'mongoose';
import type { Attention } from '../../domain/link';
import type { Retention } from '../../domain/privacy/retention';
import type { ParkedCheck } from '../../domain/rhythm/parked-check';
import { newId } from '../connection';
import { connected, createConnected } from './connected';
import { createPortalAccess, unmoved } from './portal-access';
import {
  portalSchema,
  type PortalPolicies,
  type LinkPolicies,
  type WatchCursor,
  type OddScan,
  type PortalDoc,
} from './portal-schema';
import { againIfTaken, changeAndLoad, findOne, listAll, loadOne, upsertAndLoad } from '../queries';
import { portalRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

const usualPolicies = {
  autoLink: true,
  createMissing: 'never',
  groupMode: 'linked-members',
  watchCursor: null,
  oddScan: null,
} as const;

/** A portal stored before it had a policy has the usual one. */
const withPolicies = (portal: PortalDoc): PortalDoc => ({
  ...usualPolicies,
  ...unmoved,
  ...connected,
  ...portal,
});

/** A loopback portal (the sandbox) keeps its identity when its port moves; every other portal is its host. */
export function toPortalHost(webhookUrl: string): string {
  const { host, hostname } = new URL(webhookUrl);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? 'loopback' : host;
}

export function createPortals(connection: Connection, box: SecretBox) {
  const model = connection.model<PortalDoc>('Portal', portalSchema, 'portals');
  const access = createPortalAccess(model, box);

  return {
    model,
    ...access,
    ...createConnected(model, withPolicies),
    /** Makes the portal known and connected, or renews its credential and policies. Two processes at once agree on one document. */
    async connect(webhookUrl: string, policies: PortalPolicies): Promise<PortalDoc> {
      const host = toPortalHost(webhookUrl);
      const seen = (await access.hasAccess(host, webhookUrl)) ? {} : { movedTo: null, facts: null };
      const $set = {
        sealedWebhookUrl: box.seal(webhookUrl, portalRecord(host)),
        ...policies,
        ...seen,
        ...connected,
      };
      const $setOnInsert = { _id: newId(), createdAt: new Date(), attention: null, ...usualPolicies };
      return againIfTaken(() => upsertAndLoad(model, { host }, { $set, $setOnInsert }));
    },
    /** The portal that this webhook belongs to, if it is known, connected or not. */
    async findByWebhook(webhookUrl: string): Promise<PortalDoc | null> {
      const found = await findOne(model, { host: toPortalHost(webhookUrl) });
      return found && withPolicies(found);
    },
    async load(portalId: string): Promise<PortalDoc | null> {
      const found = await loadOne(model, portalId);
      return found && withPolicies(found);
    },
    /** Changes what is given; null when there is no such portal. */
    async setPolicies(
      portalId: string,
      policies: Partial<LinkPolicies & PortalPolicies>,
    ): Promise<PortalDoc | null> {
      const at = policies.groupMode ? { groupModeAt: new Date() } : {};
      const found = await changeAndLoad(model, { _id: portalId }, { $set: { ...policies, ...at } });
      return found && withPolicies(found);
    },
    /** What is given holds instead of what the installation says; null: kept for ever. */
    async setRetention(portalId: string, retention: Partial<Retention>): Promise<PortalDoc | null> {
      const found = await changeAndLoad(model, { _id: portalId }, { $set: { retention } });
      return found && withPolicies(found);
    },
    /** Notes how far the portal's changes were followed. */
    async moveWatchCursor(portalId: string, watchCursor: WatchCursor): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { watchCursor } });
    },
    async saveOddScan(portalId: string, oddScan: OddScan): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { oddScan } });
    },
    /** The id after which the next look at a list goes on; null: from its beginning. */
    async loadPlace(portalId: string, list: string): Promise<string | null> {
      return (await loadOne(model, portalId))?.places?.[list] ?? null;
    },
    async savePlace(portalId: string, list: string, after: string | null): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { [`places.${list}`]: after } });
    },
    /** A sweep has looked at every parked link. Of two that overlap the later one counts. */
    async noteParkedCheck(portalId: string, parkedCheck: ParkedCheck): Promise<void> {
      const isLater = { 'parkedCheck.checkedAt': { $not: { $gte: parkedCheck.checkedAt } } };
      await model.updateOne({ _id: portalId, ...isLater }, { $set: { parkedCheck } });
    },
    /** The last look at every parked link of these portals; absent: none yet. */
    async findParkedChecks(portalIds: readonly string[]): Promise<Map<string, ParkedCheck>> {
      const found = await listAll(model, { _id: { $in: [...new Set(portalIds)] } }, {});
      return new Map(found.flatMap(({ _id, parkedCheck }) => (parkedCheck ? [[_id, parkedCheck]] : [])));
    },
    /** Sets or clears the portal's trouble; keeps the first `since` while the code stays the same. */
    async setAttention(portalId: string, attention: Attention | null): Promise<void> {
      const filter = attention
        ? { _id: portalId, 'attention.code': { $ne: attention.code } }
        : { _id: portalId };
      await model.updateOne(filter, { $set: { attention } });
    },
  };
}
