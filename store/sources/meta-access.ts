import { timingSafeEqual } from 'node:crypto';
import { Schema, type Model } from 'mongoose';
import { changeOne } from '../queries';
import { metaTokenRecord } from '../sealing/records';
import { hashToken, type SecretBox } from '../secret-box';

/**
 * What became of asking Meta for the history of a number, which may be asked once: `asking` until Meta's answer is known (it stays so where
 * the answer was lost), `asked` until the first part comes, `coming` until the last, `declined` where the phone does not share it.
 */
export interface MetaHistory {
  state: 'asking' | 'asked' | 'coming' | 'done' | 'declined';
  askedAt: Date | null;
  /** Per cent, as Meta says it. */
  progress: number;
  at: Date;
}

/** Meta's word on how far it is with a history. */
type MetaHistoryNews = { state: 'coming'; progress: number } | { state: 'declined' };

/** One number at Meta's Cloud API, and how it is asked. The app's secret is the account's webhook key. */
export interface MetaAccess {
  phoneNumberId: string;
  /** Such as `v24.0`. */
  apiVersion: string;
  /** Null: Meta's own address. */
  graphUrl: string | null;
  sealedAccessToken: string | null;
  /** Meta sends it when the webhook's address is saved; it is compared, never read. */
  verifyTokenHash: string;
  /** When Meta last asked with the right token whether the address is ours. */
  verifiedAt: Date | null;
  /** The newest delivery's change of a number that no account here has. */
  otherNumberAt: Date | null;
  /** Absent: it was never asked for. */
  history?: MetaHistory | null;
}

/** What an account of Meta's Cloud API has beside others. */
export interface AskedMeta {
  _id: string;
  /** Null on accounts of other kinds, and where adding one was cut off. */
  meta?: MetaAccess | null;
}

export const metaFields = { meta: { type: Schema.Types.Mixed, default: null } };

/** How to ask Meta, as its client takes it. */
export interface OpenedMeta {
  graphUrl: string | null;
  apiVersion: string;
  phoneNumberId: string;
  accessToken: string;
}

/** What is changed of an account's way to Meta; what is left out stays. */
export interface MetaChange {
  phoneNumberId?: string | undefined;
  apiVersion?: string | undefined;
  graphUrl?: string | null | undefined;
  accessToken?: string | undefined;
  verifyToken?: string | undefined;
}

const usual: MetaAccess = {
  ...{ phoneNumberId: '', apiVersion: 'v24.0', graphUrl: null, sealedAccessToken: null },
  ...{ verifyTokenHash: '', verifiedAt: null, otherNumberAt: null, history: null },
};

export function createMetaAccess<Doc extends AskedMeta>(given: Model<Doc>, box: SecretBox) {
  const model = given as unknown as Model<AskedMeta>;
  return {
    /** Null: the account is not of Meta, or has no token. */
    openMeta({ _id, meta }: AskedMeta): OpenedMeta | null {
      if (!meta?.sealedAccessToken) return null;
      const { graphUrl, apiVersion, phoneNumberId, sealedAccessToken } = meta;
      const accessToken = box.open(sealedAccessToken, metaTokenRecord(_id));
      return { graphUrl, apiVersion, phoneNumberId, accessToken };
    },
    /** Changes how Meta is asked. Another number has a state of its own: the old one's is forgotten. */
    async setMeta(account: AskedMeta, { accessToken, verifyToken, ...change }: MetaChange): Promise<void> {
      const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const secrets = {
        ...(accessToken !== undefined && {
          sealedAccessToken: box.seal(accessToken, metaTokenRecord(account._id)),
        }),
        ...(verifyToken !== undefined && { verifyTokenHash: hashToken(verifyToken), verifiedAt: null }),
      };
      const all = Object.entries({ ...changed, ...secrets });
      const isSame = (change.phoneNumberId ?? account.meta?.phoneNumberId) === account.meta?.phoneNumberId;
      // Field by field: what Meta says of the number may be noted at the same time.
      const $set = Object.fromEntries(all.map(([name, value]) => [`meta.${name}`, value]));
      if (account.meta && isSame) {
        await model.updateOne({ _id: account._id, meta: { $ne: null } }, { $set });
        return;
      }
      const meta = {
        ...usual,
        ...account.meta,
        ...Object.fromEntries(all),
        otherNumberAt: null,
        history: null,
      };
      const forgotten = { sourceState: null, sourceStateAt: null, mismatch: null };
      await model.updateOne({ _id: account._id }, { $set: { meta, ...forgotten } });
    },
    /** Hashes make the lengths equal, so that the comparison takes the same time for every token. */
    isVerifyToken({ meta }: AskedMeta, token: string): boolean {
      const known = Buffer.from(meta?.verifyTokenHash ?? '');
      const given = Buffer.from(hashToken(token));
      return known.length === given.length && timingSafeEqual(known, given);
    },
    /**
     * Notes that the history is being asked for: before Meta is, since it may be asked once. A process that dies before Meta's answer leaves
     * `asking`: nobody knows then whether Meta was asked. False: it was asked already, or somebody else was first.
     */
    beginAsking: ({ _id, meta }: AskedMeta, at: Date): Promise<boolean> =>
      changeOne(
        model,
        { _id, 'meta.history': meta?.history ?? null, meta: { $ne: null } },
        { $set: { 'meta.history': { state: 'asking', askedAt: at, progress: 0, at } } },
      ),
    /** Notes Meta's answer; null: it refuses, and may be asked again. What came meanwhile is newer. */
    async endAsking(accountId: string, askedAt: Date, isAsked: boolean): Promise<void> {
      const asRead = { _id: accountId, 'meta.history.state': 'asking', 'meta.history.askedAt': askedAt };
      const $set = isAsked ? { 'meta.history.state': 'asked' } : { 'meta.history': null };
      await changeOne(model, asRead, { $set });
    },
    /** Notes how far Meta is; its parts come in any order, and what is done stays so. */
    async noteHistory({ _id }: AskedMeta, news: MetaHistoryNews, at: Date): Promise<void> {
      const fresh = { state: 'coming', askedAt: null, progress: 0, at };
      const unasked = { _id, 'meta.history': null, meta: { $ne: null } };
      await changeOne(model, unasked, { $set: { 'meta.history': fresh } });
      const progress = news.state === 'coming' ? news.progress : 0;
      const state = progress >= 100 ? 'done' : news.state;
      const open = { _id, 'meta.history.state': { $in: ['asking', 'asked', 'coming', 'declined'] } };
      await changeOne(model, open, {
        $set: { 'meta.history.state': state, 'meta.history.at': at },
        $max: { 'meta.history.progress': progress },
      });
    },
    /** Notes that Meta knows the webhook's address. */
    async noteVerified(accountId: string, at: Date): Promise<void> {
      await changeOne(model, { _id: accountId, meta: { $ne: null } }, { $set: { 'meta.verifiedAt': at } });
    },
    /** Notes that a delivery had something of a number that no account here has. */
    async noteOtherNumber(accountId: string, at: Date): Promise<void> {
      await changeOne(model, { _id: accountId, meta: { $ne: null } }, { $set: { 'meta.otherNumberAt': at } });
    },
  };
}
