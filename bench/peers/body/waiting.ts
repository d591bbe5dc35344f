import { mongo } from 'mongoose';

/** A message that waits for its page; gone from here once it is there. */
export interface WaitingMessage {
  _id: string;
  contact: number;
  at: number;
  text: string;
}

/** The store of the other approaches: one indexed collection of what waits. Every write waits for the journal, as ours do. */
export async function openWaiting(mongoUri: string) {
  const client = new mongo.MongoClient(mongoUri, { writeConcern: { w: 1, j: true } });
  await client.connect();
  const messages = client.db().collection<WaitingMessage>('waiting');
  await messages.createIndex({ contact: 1, at: 1 });
  return {
    add: (message: WaitingMessage) => messages.insertOne(message),
    listOf: (contacts: readonly number[]) =>
      messages
        .find(contacts.length === 1 ? { contact: contacts[0] ?? 0 } : { contact: { $in: [...contacts] } })
        .sort({ contact: 1, at: 1 })
        .toArray(),
    find: (id: string) => messages.findOne({ _id: id }),
    listAll: () => messages.find().sort({ contact: 1, at: 1 }).limit(5_000).toArray(),
    remove: (sent: readonly WaitingMessage[]) =>
      messages.deleteMany({ _id: { $in: sent.map(({ _id }) => _id) } }),
    count: () => messages.countDocuments({}),
    close: async () => {
      await client.db().dropDatabase();
      await client.close();
    },
  };
}
export type Waiting = Awaited<ReturnType<typeof openWaiting>>;

/** What waits, by its contact, each contact's in order. */
export function toDigests(messages: readonly WaitingMessage[]): WaitingMessage[][] {
  const digests = new Map<number, WaitingMessage[]>();
  for (const message of messages)
    digests.set(message.contact, [...(digests.get(message.contact) ?? []), message]);
  return [...digests.values()];
}
