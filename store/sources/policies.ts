import { Schema, type Model } from 'mongoose';
import type { Exclusion, SourcePolicy } from '../../domain/source/policy';

/** What is wanted from an account, and how much came that is not; absent on accounts of before. */
export interface WithPolicy {
  /** Null: the usual one. */
  policy?: SourcePolicy | null;
  /** Deliveries of messages that were not wanted and not stored, by reason. */
  excluded?: Partial<Record<Exclusion, number>> | null;
}

export const policyFields = {
  policy: { type: Schema.Types.Mixed, default: null },
  excluded: { type: Schema.Types.Mixed, default: null },
};

interface WithId extends WithPolicy {
  _id: string;
}

export function createPolicies<Doc extends WithId>(given: Model<Doc>) {
  const model = given as unknown as Model<WithId>;
  return {
    /** `changesLabels`: other labels are excluded than before, and are to be read; in one write, so that none of their chats gets in between. */
    async setPolicy(accountId: string, policy: SourcePolicy, changesLabels = false): Promise<void> {
      const labels = changesLabels
        ? { $inc: { labelChanges: 1 }, $min: { labelsUnreadSince: new Date() } }
        : {};
      await model.updateOne({ _id: accountId }, { $set: { policy }, ...labels });
    },
    /** Counts what was left out; a delivery that comes again counts again. */
    async noteExcluded(accountId: string, counts: ReadonlyMap<Exclusion, number>): Promise<void> {
      const $inc = Object.fromEntries([...counts].map(([code, count]) => [`excluded.${code}`, count]));
      // A field that is null cannot be counted up in.
      await model.updateOne({ _id: accountId, excluded: null }, { $set: { excluded: {} } });
      await model.updateOne({ _id: accountId }, { $inc });
    },
  };
}
