import { Schema, type Model } from 'mongoose';
import { evolutionKeyRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

/** How an Evolution server is asked through its REST interface. */
export interface EvolutionAccess {
  /** Where the server is, as we reach it. */
  baseUrl: string;
  /** The server's key, or the instance's own; null where no key of ours opens it any more. */
  sealedApiKey: string | null;
  instance: string;
  /** Where the server reaches us, where that is not PUBLIC_URL: other names hold inside Docker. */
  callbackUrl: string | null;
}

/** What an account of Evolution has beside others; absent on accounts of before. */
export interface AskedEvolution {
  _id: string;
  evolution?: EvolutionAccess | null;
}

export const evolutionFields = { evolution: { type: Schema.Types.Mixed, default: null } };

/** How to ask an Evolution server, as its REST client takes it. */
export interface OpenedEvolution {
  baseUrl: string;
  apiKey: string;
  instance: string;
}

/** What is changed of an account's way to its server; what is left out stays. */
export interface EvolutionChange {
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  instance?: string | undefined;
  callbackUrl?: string | null | undefined;
}

const usual: EvolutionAccess = { baseUrl: '', sealedApiKey: null, instance: '', callbackUrl: null };

export function createEvolutionAccess<Doc extends AskedEvolution>(given: Model<Doc>, box: SecretBox) {
  const model = given as unknown as Model<AskedEvolution>;
  return {
    /** Null: the account is not of Evolution, or has no key that opens. */
    openEvolution({ _id, evolution }: AskedEvolution): OpenedEvolution | null {
      if (!evolution?.sealedApiKey) return null;
      const { baseUrl, sealedApiKey, instance } = evolution;
      return { baseUrl, instance, apiKey: box.open(sealedApiKey, evolutionKeyRecord(_id)) };
    },
    /** Changes how its server is asked. Another server or instance has a state of its own: the old one's is forgotten. */
    async setEvolution(account: AskedEvolution, { apiKey, ...change }: EvolutionChange): Promise<void> {
      const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const key =
        apiKey === undefined ? {} : { sealedApiKey: box.seal(apiKey, evolutionKeyRecord(account._id)) };
      const evolution = { ...usual, ...account.evolution, ...changed, ...key };
      const before = account.evolution;
      const isSame = evolution.baseUrl === before?.baseUrl && evolution.instance === before.instance;
      const forgotten = isSame ? {} : { sourceState: null, sourceStateAt: null, mismatch: null };
      await model.updateOne({ _id: account._id }, { $set: { evolution, ...forgotten } });
    },
  };
}
