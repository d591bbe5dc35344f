import { Schema, type Connection } from 'mongoose';
import { changeMany, insertNew } from '../bulk';
import { newId } from '../connection';
import { required } from '../fields';
import { listAll } from '../queries';

/** A chat of an account and the labels it has there. Of WAHA only those chats are kept whose labels are excluded. */
export interface LabelledChatDoc {
  _id: string;
  portalId: string;
  accountId: string;
  /** As the source names the chat. */
  address: string;
  /** All names under which messages of it may come: see `listChatKeys`. */
  keys: string[];
  /** The labels’ names. */
  labels: string[];
  /** When this was asked for, or said. */
  at: Date;
}

/** What a source says of the labels of one chat. */
export type SaidLabels = Pick<LabelledChatDoc, 'address' | 'keys' | 'labels'>;

const labelledChatSchema = new Schema<LabelledChatDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'address'),
    ...required(Date, 'at'),
    keys: { type: [String], required: true },
    labels: { type: [String], required: true },
  },
  { versionKey: false },
)
  .index({ accountId: 1, address: 1 }, { unique: true })
  .index({ accountId: 1, keys: 1 })
  .index({ portalId: 1, keys: 1 });

interface Owner {
  _id: string;
  portalId: string;
}

export function createLabelledChats(connection: Connection) {
  const model = connection.model<LabelledChatDoc>('LabelledChat', labelledChatSchema, 'labelled_chats');

  /** What is said last of a chat holds. Safe to repeat. Gives whether labels of a chat were said for the first time. */
  async function save(account: Owner, said: readonly SaidLabels[], at: Date): Promise<boolean> {
    const { _id: accountId, portalId } = account;
    const fresh = said.map((one) => ({ _id: newId(), portalId, accountId, ...one, at }));
    const taken = await insertNew(model, fresh);
    const known = said.filter((_, index) => taken.has(index));
    await changeMany(
      model,
      known.map(({ address, keys, labels }) => ({
        updateOne: { filter: { accountId, address }, update: { $set: { keys, labels, at } } },
      })),
    );
    return known.length < said.length;
  }

  return {
    model,
    save,
    /** All chats that have an excluded label now: the others have none any more. Those that have come first, so that at no time one is let in that is not wanted. */
    async replace(account: Owner, said: readonly SaidLabels[], at: Date): Promise<void> {
      await save(account, said, at);
      await model.deleteMany({ accountId: account._id, at: { $lt: at } });
    },
    /** Those of an account that are known under one of these keys. */
    listByKeys: (accountId: string, keys: readonly string[]): Promise<LabelledChatDoc[]> =>
      listAll(model, { accountId, keys: { $in: [...keys] } }),
    listOfAccount: (accountId: string): Promise<LabelledChatDoc[]> => listAll(model, { accountId }),
    /** Of somebody, with all accounts. */
    listOfNames: (portalId: string, keys: readonly string[]): Promise<LabelledChatDoc[]> =>
      listAll(model, { portalId, keys: { $in: [...keys] } }),
    async removeOfAccount(accountId: string): Promise<void> {
      await model.deleteMany({ accountId });
    },
    async removeOfNames(portalId: string, keys: readonly string[]): Promise<void> {
      await model.deleteMany({ portalId, keys: { $in: [...keys] } });
    },
  };
}
