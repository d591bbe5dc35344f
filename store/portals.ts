import { Schema, type Connection } from 'mongoose';
import type { Attention } from '../domain/link';
import { isDuplicateKey, newId } from './connection';
import type { SecretBox } from './secret-box';

export interface PortalPolicies {
  defaultCountry: string | null;
  timeZone: string;
}

/** When a contact is made for somebody whose number no contact has. */
export type CreateMissing = 'never' | 'whenTheyWriteFirst' | 'always';

/** What happens to people nobody has linked yet. */
export interface LinkPolicies {
  /** Chats link themselves to the one contact that has the number. */
  autoLink: boolean;
  createMissing: CreateMissing;
}

/** How far the portal's changes were followed: `updatedTime` as the portal wrote it. */
export interface WatchCursor {
  updatedTime: string;
  afterId: number;
}

/** How far the portal's contacts were read for numbers in odd forms; `country` is the one they were read with. */
export interface OddScan {
  country: string | null;
  afterId: number;
  lastId: number;
  width: number;
  isDone: boolean;
}

/** A customer's Bitrix24. `host` identifies it; `sealedWebhookUrl` is its credential, encrypted. */
export interface PortalDoc extends PortalPolicies, LinkPolicies {
  _id: string;
  host: string;
  sealedWebhookUrl: string;
  /** What is wrong with the portal as a whole (down, revoked, blocked), or null. */
  attention: Attention | null;
  /** Null until the portal's changes are followed. */
  watchCursor: WatchCursor | null;
  /** Null until the first contact was read. */
  oddScan: OddScan | null;
  createdAt: Date;
}

const portalSchema = new Schema<PortalDoc>(
  {
    _id: String,
    host: { type: String, required: true },
    sealedWebhookUrl: { type: String, required: true },
    defaultCountry: { type: String, default: null },
    timeZone: { type: String, required: true },
    autoLink: { type: Boolean, default: true },
    createMissing: { type: String, default: 'never' },
    watchCursor: { type: Schema.Types.Mixed, default: null },
    oddScan: { type: Schema.Types.Mixed, default: null },
    attention: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, minimize: false },
).index({ host: 1 }, { unique: true });

const usualPolicies = { autoLink: true, createMissing: 'never', watchCursor: null, oddScan: null } as const;

/** A portal stored before it had a policy has the usual one. */
const withPolicies = (portal: PortalDoc): PortalDoc => ({ ...usualPolicies, ...portal });

/** A loopback portal (the sandbox) keeps its identity when its port moves; every other portal is its host. */
export function toPortalHost(webhookUrl: string): string {
  const { host, hostname } = new URL(webhookUrl);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? 'loopback' : host;
}

export function createPortals(connection: Connection, box: SecretBox) {
  const model = connection.model('Portal', portalSchema, 'portals');
  const upsert = (host: string, set: Partial<PortalDoc>) =>
    model
      .findOneAndUpdate(
        { host },
        {
          $set: set,
          $setOnInsert: { _id: newId(), createdAt: new Date(), attention: null, ...usualPolicies },
        },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<PortalDoc>()
      .orFail();

  return {
    model,
    /** Makes the portal known, or renews its credential and policies. Two processes at once agree on one document. */
    async connect(webhookUrl: string, policies: PortalPolicies): Promise<PortalDoc> {
      const host = toPortalHost(webhookUrl);
      const set = { sealedWebhookUrl: box.seal(webhookUrl), ...policies };
      try {
        return await upsert(host, set);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return upsert(host, set);
      }
    },
    async load(portalId: string): Promise<PortalDoc | null> {
      const found = await model.findById(portalId).lean<PortalDoc>().exec();
      return found && withPolicies(found);
    },
    list: async (): Promise<PortalDoc[]> =>
      (await model.find().sort({ _id: 1 }).lean<PortalDoc[]>().exec()).map(withPolicies),
    /** Changes what is given; null when there is no such portal. */
    async setPolicies(
      portalId: string,
      policies: Partial<LinkPolicies & Pick<PortalPolicies, 'defaultCountry'>>,
    ): Promise<PortalDoc | null> {
      const found = await model
        .findOneAndUpdate({ _id: portalId }, { $set: policies }, { returnDocument: 'after' })
        .lean<PortalDoc>()
        .exec();
      return found && withPolicies(found);
    },
    /** Notes how far the portal's changes were followed. */
    async moveWatchCursor(portalId: string, watchCursor: WatchCursor): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { watchCursor } });
    },
    async saveOddScan(portalId: string, oddScan: OddScan): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { oddScan } });
    },
    /** The webhook address in the clear: for the client only. Null when there is no such portal. */
    async findWebhookUrl(portalId: string): Promise<string | null> {
      const portal = await model.findById(portalId).lean<PortalDoc>().exec();
      return portal && box.open(portal.sealedWebhookUrl);
    },
    /** Remembers where a moved portal lives now. */
    async saveWebhookUrl(portalId: string, webhookUrl: string): Promise<void> {
      await model.updateOne({ _id: portalId }, { $set: { sealedWebhookUrl: box.seal(webhookUrl) } });
    },
    /** Sets or clears what is wrong with the portal; keeps the first `since` while the code stays the same. */
    async setAttention(portalId: string, attention: Attention | null): Promise<void> {
      const filter = attention
        ? { _id: portalId, 'attention.code': { $ne: attention.code } }
        : { _id: portalId };
      await model.updateOne(filter, { $set: { attention } });
    },
  };
}
