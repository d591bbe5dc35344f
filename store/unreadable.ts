import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { Unreadable } from '../domain/message';
import { insertNew } from './bulk';
import { newId } from './connection';
import { required } from './fields';

/** A payload that could not be translated, kept with its reason so that nothing is lost. One document per payload. */
export interface UnreadableDoc {
  _id: string;
  portalId: string;
  accountId: string;
  source: string;
  code: string;
  reason: string;
  /** The payload as JSON text, cut at 64 KB. */
  raw: string;
  hash: string;
  receivedAt: Date;
}

const unreadableSchema = new Schema<UnreadableDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'source', 'code', 'reason', 'raw', 'hash'),
    ...required(Date, 'receivedAt'),
  },
  { versionKey: false },
)
  .index({ accountId: 1, hash: 1 }, { unique: true })
  .index({ portalId: 1, receivedAt: 1 });

const maxRawCharacters = 65_536;

export function createUnreadable(connection: Connection) {
  const model = connection.model<UnreadableDoc>('Unreadable', unreadableSchema, 'unreadable');
  return {
    model,
    /** Keeps each payload once; a redelivery of the same payload adds nothing. */
    async keep(
      owner: { portalId: string; accountId: string; source: string },
      payloads: readonly { raw: unknown; why: Unreadable }[],
    ): Promise<void> {
      const receivedAt = new Date();
      const fresh = payloads.map(({ raw: payload, why: { code, reason } }) => {
        const json = JSON.stringify(payload) ?? 'null';
        const hash = createHash('sha256').update(json).digest('hex');
        const raw = json.slice(0, maxRawCharacters);
        return { _id: newId(), ...owner, code, reason, raw, hash, receivedAt };
      });
      await insertNew(model, fresh);
    },
  };
}
