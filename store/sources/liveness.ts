import { Schema, type Model } from 'mongoose';
import type { Habit } from '../../domain/source/habit';
import type { Judgement, LivenessSettings, SourceFacts } from '../../domain/source/judge';
import { codeOfWord, type SourceCode, type SourceState } from '../../domain/source/words';
import { changeOne } from '../queries';

export type ProbeFact = NonNullable<SourceFacts['probe']>;

/** A change of how a source was judged. */
export interface SourceChange {
  state: SourceState;
  code: SourceCode;
  at: Date;
}

/** What is known and judged of an account's source; fields are absent on accounts of before. */
export interface Liveness {
  /** When the source first said what it says of itself now. */
  sourceSince?: Date | null;
  /** When it last said that it is well. */
  wellAt?: Date | null;
  probe?: ProbeFact | null;
  /** Null: nothing is known of it yet. */
  liveness?: Judgement | null;
  /** The last fifty. */
  livenessChanges?: SourceChange[];
  livenessChangedAt?: Date | null;
  habit?: (Habit & { seenEventAt: Date | null; seenAt: Date }) | null;
  livenessSettings?: LivenessSettings | null;
}

export const livenessFields = {
  sourceSince: { type: Date, default: null },
  wellAt: { type: Date, default: null },
  probe: { type: Schema.Types.Mixed, default: null },
  liveness: { type: Schema.Types.Mixed, default: null },
  livenessChanges: { type: [Schema.Types.Mixed], default: [] },
  livenessChangedAt: { type: Date, default: null },
  habit: { type: Schema.Types.Mixed, default: null },
  livenessSettings: { type: Schema.Types.Mixed, default: null },
};

const changesKept = 50;

interface Judged extends Liveness {
  _id: string;
  sourceState: string | null;
  heartbeatAt: Date | null;
}

/** The facts of which a source is judged, and the judgement. Each write may be done twice or get lost: the next look makes it good. */
export function createLiveness<Doc extends Judged>(given: Model<Doc>) {
  const model = given as unknown as Model<Judged>;
  return {
    /** Notes the source's word on itself. */
    async recordHeartbeat(accountId: string, sourceState: string, at: Date): Promise<void> {
      const isNew = { _id: accountId, sourceState: { $ne: sourceState } };
      await model.updateOne(isNew, { $set: { sourceState, sourceSince: at } });
      const isWell = codeOfWord(sourceState) === 'connected';
      await model.updateOne({ _id: accountId }, { $set: { heartbeatAt: at, ...(isWell && { wellAt: at }) } });
    },
    /** Notes what became of our asking the source. */
    async recordProbe(accountId: string, outcome: ProbeFact['outcome'], at: Date): Promise<void> {
      const again = { _id: accountId, 'probe.outcome': outcome };
      const isAgain = await changeOne(model, again, { $set: { 'probe.at': at } });
      if (isAgain) return;
      const other = { _id: accountId, 'probe.outcome': { $ne: outcome } };
      await model.updateOne(other, { $set: { probe: { outcome, since: at, at } } });
    },
    /** Puts a judgement in the place of the one that was read. False: another process judged meanwhile. */
    async judge(
      { _id, liveness }: Pick<Judged, '_id' | 'liveness'>,
      next: Judgement,
      at: Date,
    ): Promise<boolean> {
      const asRead = liveness
        ? { _id, 'liveness.code': liveness.code, 'liveness.since': liveness.since }
        : { _id, liveness: null };
      if (liveness?.code === next.code) {
        return changeOne(model, asRead, { $set: { liveness: next } });
      }
      const change: SourceChange = { state: next.state, code: next.code, at };
      return changeOne(model, asRead, {
        $set: { liveness: next, livenessChangedAt: at },
        $push: { livenessChanges: { $each: [change], $slice: -changesKept } },
      });
    },
    async saveHabit(accountId: string, habit: NonNullable<Liveness['habit']>): Promise<void> {
      await model.updateOne({ _id: accountId }, { $set: { habit } });
    },
    async setLivenessSettings(accountId: string, livenessSettings: LivenessSettings): Promise<void> {
      await model.updateOne({ _id: accountId }, { $set: { livenessSettings } });
    },
  };
}
