import { Schema, type Connection } from 'mongoose';
import { required } from '../fields';
import { listAll } from '../queries';

/** How many messages a source has of a chat and a time, as it said last. */
export interface SeenCountDoc {
  _id: string;
  portalId: string;
  accountId: string;
  chatId: string;
  messages: number;
  from: Date;
  to: Date;
  saidAt: Date;
}

const seenCountSchema = new Schema<SeenCountDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'chatId'),
    ...required(Number, 'messages'),
    ...required(Date, 'from', 'to', 'saidAt'),
  },
  { versionKey: false },
).index({ chatId: 1 });

/** One of each account and chat: the last word counts, and saying it twice is saying it once. */
export function createSeenCounts(connection: Connection) {
  const model = connection.model<SeenCountDoc>('SeenCount', seenCountSchema, 'seen_counts');
  return {
    model,
    async save(count: Omit<SeenCountDoc, '_id'>): Promise<void> {
      const _id = `${count.accountId}/${count.chatId}`;
      await model.updateOne({ _id }, { $set: count }, { upsert: true });
    },
    listOfChats: (chatIds: readonly string[]): Promise<SeenCountDoc[]> =>
      listAll(model, { chatId: { $in: chatIds } }),
  };
}
