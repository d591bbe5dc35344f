import { Schema, type Connection } from 'mongoose';
import type { Attention } from '../domain/link';
import { newId } from './connection';
import { orNull, required } from './fields';
import { createPortalAccess, type PortalWhereabouts, unmoved } from './portal-access';
import { againIfTaken, changeAndLoad, listAll, loadOne, upsertAndLoad } from './queries';
import type { SecretBox } from './secret-box';

export interface PortalPolicies {
  defaultCountry: string | null;
  timeZone: string;
}

/** When a contact is made for a person whose number no contact has. */
export type CreateMissing = 'never' | 'whenTheyWriteFirst' | 'always';

/** The treatment of people without a link. */
export interface LinkPolicies {
  /** Chats link themselves to the one contact that has the number. */
  autoLink: boolean;
  createMissing: CreateMissing;
}

/** The last of the portal's changes that was followed; `updatedTime` as the portal wrote it. */
export interface WatchCursor {
  updatedTime: string;
  afterId: number;
}

/** The reading of the portal's contacts for odd numbers, so far; `country` is the one they were read with. */
export interface OddScan {
  country: string | null;
  afterId: number;
  lastId: number;
  width: number;
  isDone: boolean;
}

/** A customer's Bitrix24. `host` identifies it; `sealedWebhookUrl` is its credential, encrypted. */
export interface PortalDoc extends PortalPolicies, LinkPolicies, PortalWhereabouts {
  _id: string;
  host: string;
  sealedWebhookUrl: string;
  /** The trouble of the portal as a whole (down, revoked, blocked), or null. */
  attention: Attention | null;
  /** Null until the portal's changes are followed. */
  watchCursor: WatchCursor | null;
  /** Null until the first contact was read. */
  oddScan: OddScan | null;
  /** Where the last look at each list of the sweep ended; absent: at its end. */
  places?: Record<string, string | null>;
  createdAt: Date;
}

const portalSchema = new Schema<PortalDoc>(
  {
    _id: String,
    ...required(String, 'host', 'sealedWebhookUrl', 'timeZone'),
    ...orNull(String, 'defaultCountry'),
    autoLink: { type: Boolean, default: true },
    createMissing: { type: String, default: 'never' },
    watchCursor: { type: Schema.Types.Mixed, default: null },
    oddScan: { type: Schema.Types.Mixed, default: null },
    places: Schema.Types.Mixed,
    attention: { type: Schema.Types.Mixed, default: null },
    movedTo: { type: Schema.Types.Mixed, default: null },
    facts: { type: Schema.Types.Mixed, default: null },
    history: { type: Schema.Types.Mixed, default: [] },
    ...required(Date, 'createdAt'),
  },
  { versionKey: false, minimize: false },
).index({ host: 1 }, { unique: true });

const usualPolicies = { autoLink: true, createMissing: 'never', watchCursor: null, oddScan: null } as const;

/** A portal stored before it had a policy has the usual one. */
const withPolicies = (portal: PortalDoc): PortalDoc => ({ ...usualPolicies, ...unmoved, ...portal });

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
    /** Makes the portal known, or renews its credential and policies. Two processes at once agree on one document. */
    async connect(webhookUrl: string, policies: PortalPolicies): Promise<PortalDoc> {
      const host = toPortalHost(webhookUrl);
      const seen = (await access.hasAccess(host, webhookUrl)) ? {} : { movedTo: null, facts: null };
      const $set = { sealedWebhookUrl: box.seal(webhookUrl), ...policies, ...seen };
      const $setOnInsert = { _id: newId(), createdAt: new Date(), attention: null, ...usualPolicies };
      return againIfTaken(() => upsertAndLoad(model, { host }, { $set, $setOnInsert }));
    },
    async load(portalId: string): Promise<PortalDoc | null> {
      const found = await loadOne(model, portalId);
      return found && withPolicies(found);
    },
    list: async (): Promise<PortalDoc[]> =>
      (await listAll(model, {}, { sort: { _id: 1 } })).map(withPolicies),
    /** Changes what is given; null when there is no such portal. */
    async setPolicies(
      portalId: string,
      policies: Partial<LinkPolicies & Pick<PortalPolicies, 'defaultCountry'>>,
    ): Promise<PortalDoc | null> {
      const found = await changeAndLoad(model, { _id: portalId }, { $set: policies });
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
    /** Sets or clears the portal's trouble; keeps the first `since` while the code stays the same. */
    async setAttention(portalId: string, attention: Attention | null): Promise<void> {
      const filter = attention
        ? { _id: portalId, 'attention.code': { $ne: attention.code } }
        : { _id: portalId };
      await model.updateOne(filter, { $set: { attention } });
    },
  };
}
