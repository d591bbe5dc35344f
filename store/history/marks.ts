import { Schema, type Connection } from 'mongoose';
import type { HistoryFacts } from '../../domain/history';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { againIfTaken, listAll, loadOne, upsertAndLoad } from '../queries';

/** What is known of the history of one account; `_id` is the account's. */
export interface AccountHistoryDoc extends Omit<HistoryFacts, 'caughtUpAt'> {
  _id: string;
  portalId: string;
  /** The session for which readings are due; null: it does not work now. */
  workingSince: Date | null;
}

/**
 * The high-water mark of one chat that lags behind its account: everything that the source has of it up to then was asked for. The others
 * are read up to the account's own.
 */
export interface HistoryMarkDoc {
  _id: string;
  accountId: string;
  key: string;
  readUpTo: Date;
}

const accountHistorySchema = new Schema<AccountHistoryDoc>(
  {
    _id: String,
    ...required(String, 'portalId'),
    ...orNull(Number, 'daysAtConnect'),
    ...orNull(Date, 'workingSince', 'readUpTo', 'nextReadAt'),
  },
  { versionKey: false },
);
const markSchema = new Schema<HistoryMarkDoc>(
  { _id: String, ...required(String, 'accountId', 'key'), ...required(Date, 'readUpTo') },
  { versionKey: false },
).index({ accountId: 1, key: 1 }, { unique: true });

export function createAccountHistories(connection: Connection) {
  const model = connection.model<AccountHistoryDoc>(
    'AccountHistory',
    accountHistorySchema,
    'account_histories',
  );
  const change = async (accountId: string, $set: Partial<AccountHistoryDoc>): Promise<void> => {
    await model.updateOne({ _id: accountId }, { $set });
  };
  return {
    model,
    load: (accountId: string): Promise<AccountHistoryDoc | null> => loadOne(model, accountId),
    /** Made with the usual days where there is none yet. */
    loadOrMake(accountId: string, portalId: string, daysAtConnect: number): Promise<AccountHistoryDoc> {
      const fresh = { portalId, daysAtConnect, workingSince: null, readUpTo: null, nextReadAt: null };
      return againIfTaken(() => upsertAndLoad(model, { _id: accountId }, { $setOnInsert: fresh }));
    },
    setDays: (accountId: string, daysAtConnect: number | null) => change(accountId, { daysAtConnect }),
    /** Another session works, or (null) none does any more. A reading is due as soon as one works. */
    setWorkingSince: (accountId: string, workingSince: Date | null) =>
      change(accountId, { workingSince, nextReadAt: null }),
    setNextRead: (accountId: string, nextReadAt: Date) => change(accountId, { nextReadAt }),
    /** All chats were read up to then; never goes back. */
    async moveReadUpTo(accountId: string, readUpTo: Date): Promise<void> {
      await model.updateOne({ _id: accountId }, { $max: { readUpTo } });
    },
  };
}

export function createHistoryMarks(connection: Connection) {
  const model = connection.model<HistoryMarkDoc>('HistoryMark', markSchema, 'history_marks');
  return {
    model,
    /** The marks of those of the chats that lag behind, by their keys. */
    async listOf(accountId: string, keys: readonly string[]): Promise<Map<string, Date>> {
      const found = await listAll(model, { accountId, key: { $in: keys } });
      return new Map(found.map(({ key, readUpTo }) => [key, readUpTo]));
    },
    /** A chat could not be read from then on: the next reading begins there, unless it lags further behind. */
    async hold(accountId: string, key: string, readUpTo: Date): Promise<void> {
      const write = () =>
        model.updateOne({ accountId, key }, { $setOnInsert: { _id: newId(), readUpTo } }, { upsert: true });
      await againIfTaken(write);
    },
    /** All chats but these were read, or have nothing new. */
    async release(accountId: string, except: readonly string[]): Promise<void> {
      await model.deleteMany({ accountId, key: { $nin: [...except] } });
    },
  };
}
