import { Schema, type Model } from 'mongoose';
import { orNull } from '../fields';
import { wahaKeyRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

/** How a WAHA is asked through its REST interface. */
export interface WahaAccess {
  /** Where WAHA is, as we reach it. */
  baseUrl: string;
  /** Null: WAHA runs without a key. */
  sealedApiKey: string | null;
  session: string;
  /** Where WAHA reaches us, where that is not PUBLIC_URL: other names hold inside Docker. */
  callbackUrl: string | null;
}

/** A delivery that was refused because it belongs to another session or number. */
export interface Mismatch {
  code: 'wrong_session' | 'wrong_number';
  at: Date;
}

/** What an account of WAHA has beside others; absent on accounts of before. */
export interface AskedWaha {
  _id: string;
  /** Null: it only delivers, and is not asked. */
  waha?: WahaAccess | null;
  /** When the source had the state that is known, by its own clock where it has one: what is older changes nothing. */
  sourceStateAt?: Date | null;
  /** The last delivery that was not this account's; null again once one is. */
  mismatch?: Mismatch | null;
}

export const wahaFields = {
  waha: { type: Schema.Types.Mixed, default: null },
  mismatch: { type: Schema.Types.Mixed, default: null },
  ...orNull(Date, 'sourceStateAt'),
};

/** How to ask a WAHA, as its REST client takes it. */
export interface OpenedWaha {
  baseUrl: string;
  apiKey: string | null;
  session: string;
}

/** What is changed of an account's way to its WAHA; what is left out stays. */
export interface WahaChange {
  baseUrl?: string | undefined;
  apiKey?: string | null | undefined;
  session?: string | undefined;
  callbackUrl?: string | null | undefined;
}

/** How far a source's clock may be behind ours. */
const clockMarginMs = 5 * 60_000;

const usual: WahaAccess = { baseUrl: '', sealedApiKey: null, session: 'default', callbackUrl: null };

export function createWahaAccess<Doc extends AskedWaha>(given: Model<Doc>, box: SecretBox) {
  const model = given as unknown as Model<AskedWaha>;
  return {
    /** Null: this account is not asked, it only delivers. */
    openWaha({ _id, waha }: AskedWaha): OpenedWaha | null {
      if (!waha) return null;
      const { baseUrl, sealedApiKey, session } = waha;
      const apiKey = sealedApiKey === null ? null : box.open(sealedApiKey, wahaKeyRecord(_id));
      return { baseUrl, session, apiKey };
    },
    /** Changes how its WAHA is asked. Another WAHA or session has a state of its own: the old one's is forgotten. */
    async setWaha(account: AskedWaha, { apiKey, ...change }: WahaChange): Promise<void> {
      const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const seal = (plain: string) => box.seal(plain, wahaKeyRecord(account._id));
      const key = apiKey === undefined ? {} : { sealedApiKey: apiKey === null ? null : seal(apiKey) };
      const waha = { ...usual, ...account.waha, ...changed, ...key };
      const isSame = waha.baseUrl === account.waha?.baseUrl && waha.session === account.waha.session;
      const forgotten = isSame ? {} : { sourceState: null, sourceStateAt: null, mismatch: null };
      const labels = isSame ? {} : { $inc: { labelChanges: 1 }, $min: { labelsUnreadSince: new Date() } };
      await model.updateOne({ _id: account._id }, { $set: { waha, ...forgotten }, ...labels });
    },
    /**
     * Whether a state that the source had at this time is news: of an older one, such as an old webhook that is sent again, it is
     * not. The state itself is written after: one that died in between is told again by the source or the next probe.
     */
    async advanceState(accountId: string, saidAt: Date): Promise<boolean> {
      const older = { $or: [{ sourceStateAt: null }, { sourceStateAt: { $lte: saidAt } }] };
      const done = await model.updateOne({ _id: accountId, ...older }, { $set: { sourceStateAt: saidAt } });
      return done.matchedCount === 1;
    },
    /** What we asked for at this time is newer than webhooks of before; those of a source whose clock is a little behind still count. */
    async advanceByProbe(accountId: string, askedAt: Date): Promise<void> {
      const sourceStateAt = new Date(askedAt.getTime() - clockMarginMs);
      await model.updateOne({ _id: accountId }, { $max: { sourceStateAt } });
    },
    /** Notes that a delivery was not this account's; null: one was. */
    async recordMismatch(accountId: string, mismatch: Mismatch | null): Promise<void> {
      await model.updateOne({ _id: accountId }, { $set: { mismatch } });
    },
  };
}
