import { Schema, type Connection } from 'mongoose';
import type { Attention } from '../domain/link';
import { isDuplicateKey, newId } from './connection';
import type { SecretBox } from './secret-box';

export interface PortalPolicies {
  defaultCountry: string | null;
  timeZone: string;
}

/** A customer's Bitrix24. `host` identifies it; `sealedWebhookUrl` is its credential, encrypted. */
export interface PortalDoc extends PortalPolicies {
  _id: string;
  host: string;
  sealedWebhookUrl: string;
  /** What is wrong with the portal as a whole (down, revoked, blocked), or null. */
  attention: Attention | null;
  createdAt: Date;
}

const portalSchema = new Schema<PortalDoc>(
  {
    _id: String,
    host: { type: String, required: true },
    sealedWebhookUrl: { type: String, required: true },
    defaultCountry: { type: String, default: null },
    timeZone: { type: String, required: true },
    attention: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, minimize: false },
).index({ host: 1 }, { unique: true });

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
        { $set: set, $setOnInsert: { _id: newId(), createdAt: new Date(), attention: null } },
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
    load: (portalId: string): Promise<PortalDoc | null> => model.findById(portalId).lean<PortalDoc>().exec(),
    list: (): Promise<PortalDoc[]> => model.find().sort({ _id: 1 }).lean<PortalDoc[]>().exec(),
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
