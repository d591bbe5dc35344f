import { Schema, type Connection } from 'mongoose';
import { newId } from './connection';
import { orNull, required } from './fields';
import { listPlain } from './bulk';
import { changeAndLoad, findOne, insertOne, listAll, loadOne } from './queries';
import { hmacKeyRecord } from './sealing/records';
import { hashToken, type SecretBox } from './secret-box';
import { createEvolutionAccess, evolutionFields, type AskedEvolution } from './sources/evolution-access';
import { createIngestTokens, newToken, tokenFields, type TokenBearer } from './sources/ingest-tokens';
import { createLabelState, labelFields, type LabelState } from './sources/label-state';
import { createLiveness, livenessFields, type Liveness } from './sources/liveness';
import { createMetaAccess, metaFields, type AskedMeta } from './sources/meta-access';
import { createOwnNames, nameFields, type Named } from './sources/own-names';
import { createPolicies, policyFields, type WithPolicy } from './sources/policies';
import { createWahaAccess, wahaFields, type AskedWaha } from './sources/waha-access';
import { createWebhookKeys, keyFields, type Keyed } from './sources/webhook-keys';

export type AccountKind = 'ingest' | 'waha' | 'meta' | 'export' | 'evolution';

/** One of our WhatsApp numbers and where its messages come from. Secrets are hashed (tokens) or encrypted (keys). */
export interface AccountDoc
  extends Liveness, WithPolicy, LabelState, TokenBearer, Keyed, AskedWaha, AskedMeta, AskedEvolution, Named {
  _id: string;
  portalId: string;
  kind: AccountKind;
  e164: string;
  name: string;
  /** The source's last word on itself (connected, logged_out, WORKING …) and when. */
  sourceState: string | null;
  heartbeatAt: Date | null;
  lastEventAt: Date | null;
  /** It takes nothing any more; what it brought stays and goes to its pages. Absent on accounts of before. */
  removedAt?: Date | null;
  createdAt: Date;
}

const accountSchema = new Schema<AccountDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'kind', 'e164', 'name'),
    ...orNull(String, 'sourceState'),
    ...orNull(Date, 'heartbeatAt', 'lastEventAt', 'removedAt'),
    ...required(Date, 'createdAt'),
    ...tokenFields,
    ...keyFields,
    ...wahaFields,
    ...metaFields,
    ...evolutionFields,
    ...livenessFields,
    ...policyFields,
    ...labelFields,
    ...nameFields,
  },
  { versionKey: false, minimize: false },
)
  .index({ portalId: 1, kind: 1, e164: 1 }, { unique: true })
  .index({ tokenHash: 1 })
  .index({ formerTokenHash: 1 });

export interface NewAccount {
  portalId: string;
  kind: AccountKind;
  e164: string;
  name: string;
  /** What its webhooks are signed with, or carry; kept encrypted. */
  hmacKey: string | null;
}

export function createAccounts(connection: Connection, box: SecretBox) {
  const model = connection.model<AccountDoc>('Account', accountSchema, 'accounts');
  const access = createWahaAccess(model, box);
  const liveness = createLiveness(model);
  return {
    model,
    /**
     * Adds an account; its ingest token is returned once and kept only as a hash. One that was removed comes back: its chats and
     * messages are its own again, its secrets are new. Throws 11000 when it exists.
     */
    async add(fresh: NewAccount): Promise<{ account: AccountDoc; token: string }> {
      const token = newToken();
      const { hmacKey, portalId, kind, e164, name } = fresh;
      const ownOf = (accountId: string) => ({
        ...{ name, tokenHash: hashToken(token) },
        sealedHmacKey: hmacKey === null ? null : box.seal(hmacKey, hmacKeyRecord(accountId)),
      });
      const removed = { portalId, kind, e164, removedAt: { $ne: null } };
      const former = await findOne(model, removed);
      const back = former && { ...ownOf(former._id), removedAt: null };
      const revived = back && (await changeAndLoad(model, { _id: former._id, ...removed }, { $set: back }));
      if (revived) return { account: revived, token };
      const _id = newId();
      const added = { _id, portalId, kind, e164, ...ownOf(_id), createdAt: new Date() };
      return { account: await insertOne<AccountDoc>(model, added), token };
    },
    load: (accountId: string): Promise<AccountDoc | null> => loadOne(model, accountId),
    /** All that were not removed. */
    async list(): Promise<AccountDoc[]> {
      const accounts = await listAll(model, {}, { sort: { _id: 1 } });
      return accounts.filter(({ removedAt }) => !removedAt);
    },
    async listOfPortal(portalId: string): Promise<AccountDoc[]> {
      return (await listPlain(model, { portalId })).filter(({ removedAt }) => !removedAt);
    },
    async rename(accountId: string, name: string): Promise<void> {
      await model.updateOne({ _id: accountId }, { $set: { name } });
    },
    /** It takes nothing from now on; its keys and tokens open nothing. */
    async remove(accountId: string, at: Date): Promise<void> {
      const secrets = {
        tokenHash: null,
        formerTokenHash: null,
        sealedHmacKey: null,
        formerKeys: [],
        waha: null,
        meta: null,
        evolution: null,
      };
      const state = { sourceState: null, sourceStateAt: null, mismatch: null };
      await model.updateOne({ _id: accountId }, { $set: { ...secrets, ...state, removedAt: at } });
    },
    /** Notes that the source delivered something just now. */
    async touch(accountId: string, at: Date): Promise<void> {
      await model.updateOne({ _id: accountId }, { $max: { lastEventAt: at } });
    },
    ...createIngestTokens<AccountDoc>(model),
    ...createWebhookKeys(model, box),
    ...createPolicies(model),
    ...createLabelState(model),
    ...createOwnNames(model),
    ...access,
    ...createMetaAccess(model, box),
    ...createEvolutionAccess(model, box),
    ...liveness,
    /** Notes a state that the source said of itself at this time. False: a newer one is known. */
    async recordState(accountId: string, sourceState: string, saidAt: Date): Promise<boolean> {
      if (!(await access.advanceState(accountId, saidAt))) return false;
      await liveness.recordHeartbeat(accountId, sourceState, saidAt);
      return true;
    },
    /** Notes the state that we were answered when we asked at this time. */
    async recordProbedState(accountId: string, sourceState: string, askedAt: Date): Promise<void> {
      await access.advanceByProbe(accountId, askedAt);
      await liveness.recordHeartbeat(accountId, sourceState, askedAt);
    },
  };
}
