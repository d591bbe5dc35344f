import { Schema, type Connection } from 'mongoose';
import { insertNew } from '../bulk';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { listAll } from '../queries';

/** A LID that an account met without its number, and when its source is asked for it next. */
export interface LidDoc {
  _id: string;
  portalId: string;
  accountId: string;
  /** Digits. */
  lid: string;
  /** Answers without a number in a row: WhatsApp hides it from this account for now. */
  misses: number;
  /** Null: the number is known. */
  nextAt: Date | null;
}

const lidSchema = new Schema<LidDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'lid'),
    ...required(Number, 'misses'),
    ...orNull(Date, 'nextAt'),
  },
  { versionKey: false },
)
  .index({ accountId: 1, lid: 1 }, { unique: true })
  .index({ accountId: 1, nextAt: 1 });

export function createLids(connection: Connection) {
  const model = connection.model<LidDoc>('Lid', lidSchema, 'lids');
  return {
    model,
    /** Notes LIDs to be asked for; those that are noted already stay as they are. */
    async note(account: { _id: string; portalId: string }, lids: readonly string[]): Promise<void> {
      const { _id: accountId, portalId } = account;
      const own = { portalId, accountId, misses: 0, nextAt: new Date() };
      await insertNew(
        model,
        [...new Set(lids)].map((lid) => ({ _id: newId(), ...own, lid })),
      );
    },
    /** The LIDs whose time has come, the longest waiting first. */
    listDue: (accountId: string, now: Date, limit: number): Promise<LidDoc[]> =>
      listAll(model, { accountId, nextAt: { $lte: now } }, { sort: { nextAt: 1 }, limit }),
    /** The number is known: it is not asked for again. */
    async end(_id: string): Promise<void> {
      await model.updateOne({ _id }, { $set: { nextAt: null } });
    },
    /** WhatsApp hides the number for now. */
    async postpone({ _id, misses }: LidDoc, nextAt: Date): Promise<void> {
      await model.updateOne({ _id, misses }, { $set: { nextAt, misses: misses + 1 } });
    },
  };
}
