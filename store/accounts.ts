import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { newId } from './connection';
import { orNull, required } from './fields';
import { findOne, insertOne, listAll, loadOne } from './queries';
import { hashToken, type SecretBox } from './secret-box';
import { createLiveness, livenessFields, type Liveness } from './sources/liveness';

export type AccountKind = 'ingest' | 'waha' | 'meta' | 'export' | 'evolution';

/** One of our WhatsApp numbers and where its messages come from. Secrets are hashed (token) or encrypted (HMAC key). */
export interface AccountDoc extends Liveness {
  _id: string;
  portalId: string;
  kind: AccountKind;
  e164: string;
  name: string;
  tokenHash: string | null;
  sealedHmacKey: string | null;
  /** The source's last word on itself (connected, logged_out, WORKING …) and when. */
  sourceState: string | null;
  heartbeatAt: Date | null;
  lastEventAt: Date | null;
  createdAt: Date;
}

const accountSchema = new Schema<AccountDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'kind', 'e164', 'name'),
    ...orNull(String, 'tokenHash', 'sealedHmacKey', 'sourceState'),
    ...orNull(Date, 'heartbeatAt', 'lastEventAt'),
    ...required(Date, 'createdAt'),
    ...livenessFields,
  },
  { versionKey: false, minimize: false },
)
  .index({ portalId: 1, kind: 1, e164: 1 }, { unique: true })
  .index({ tokenHash: 1 });

export interface NewAccount {
  portalId: string;
  kind: AccountKind;
  e164: string;
  name: string;
  /** WAHA's HMAC key; kept encrypted. */
  hmacKey: string | null;
}

const newToken = (): string => randomBytes(32).toString('base64url');

export function createAccounts(connection: Connection, box: SecretBox) {
  const model = connection.model<AccountDoc>('Account', accountSchema, 'accounts');
  return {
    model,
    /** Adds an account; its ingest token is returned once and kept only as a hash. Throws 11000 when it exists. */
    async add(fresh: NewAccount): Promise<{ account: AccountDoc; token: string }> {
      const token = newToken();
      const { hmacKey, ...rest } = fresh;
      const sealedHmacKey = hmacKey === null ? null : box.seal(hmacKey);
      const sealed = { tokenHash: hashToken(token), sealedHmacKey };
      const account = { _id: newId(), ...rest, ...sealed, createdAt: new Date() };
      return { account: await insertOne<AccountDoc>(model, account), token };
    },
    /** A new token; the old one stops working at once. Null when there is no such account. */
    async renewToken(accountId: string): Promise<string | null> {
      const token = newToken();
      const done = await model.updateOne({ _id: accountId }, { $set: { tokenHash: hashToken(token) } });
      return done.matchedCount === 1 ? token : null;
    },
    load: (accountId: string): Promise<AccountDoc | null> => loadOne(model, accountId),
    findByToken: (token: string): Promise<AccountDoc | null> =>
      findOne(model, { tokenHash: hashToken(token) }),
    list: (): Promise<AccountDoc[]> => listAll(model, {}, { sort: { _id: 1 } }),
    openHmacKey: (account: AccountDoc): string | null =>
      account.sealedHmacKey === null ? null : box.open(account.sealedHmacKey),
    /** Notes that the source delivered something just now. */
    async touch(accountId: string, at: Date): Promise<void> {
      await model.updateOne({ _id: accountId }, { $max: { lastEventAt: at } });
    },
    ...createLiveness(model),
  };
}
