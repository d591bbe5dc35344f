import mongoose from 'mongoose';
import { toPhoneAlias } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { hashOf } from '../../store/media/hash';
import { keepSmallFiles } from '../../intake/files/keep-small';
import { takeInAll } from '../../intake/take-in';
import type { AccountDoc } from '../../store/accounts';
import { toIncoming } from '../helpers/incoming';
import { linkOne, personWith } from '../scenes/link-one';
import { addPortal, useStore } from '../scenes/store';

const store = useStore();
const phones = Array.from({ length: 8 }, (_, index) => `+49170123450${index}`);
let account: AccountDoc;
let sent = 0;
let calls: string[] = [];

beforeAll(async () => {
  let portalId: string;
  ({ portalId, account } = await addPortal(store));
  for (const [index, phone] of phones.entries())
    await linkOne(store, portalId, await personWith(store, portalId, phone), index + 1);
  mongoose.set('debug', (collection: string, method: string) => void calls.push(`${collection}.${method}`));
});
afterAll(() => mongoose.set('debug', false));

const phoneAt = (index: number): string => phones[index % phones.length] ?? '';

const direct = (index: number): IncomingMessage =>
  toIncoming({ id: `M${(sent += 1)}`, text: `text ${sent}`, peer: phoneAt(index) });

const inGroup = (index: number): IncomingMessage => ({
  ...direct(index),
  chat: { kind: 'group', groupJid: `12036300000000000${index % 4}@g.us`, title: null },
  sender: { aliases: [toPhoneAlias(phoneAt(index))], name: null },
});

const withFile = (index: number): IncomingMessage => ({
  ...direct(index),
  ...{ kind: 'image', text: null },
  media: { mimeType: 'image/jpeg', sizeBytes: null, sha256: null, source: { kind: 'upload' } },
});

/** What is asked of the store to take in so many messages, all in one delivery. */
async function count(size: number, toMessage: (index: number) => IncomingMessage): Promise<string[]> {
  const messages = Array.from({ length: size }, (_, index) => toMessage(index));
  const items = messages.map((message) => ({
    raw: null,
    translation: { kind: 'message' as const, message },
  }));
  calls = [];
  await takeInAll(store, [{ account, delivery: { source: 'ingest', items, saidAt: new Date(0) } }]);
  return calls;
}

test.each([
  ['of linked people', direct, 13],
  ['in groups', inGroup, 19],
  ['with files', withFile, 14],
])('messages %s are taken in by as many steps as one is', async (_, toMessage, most) => {
  // The first ones make chats and groups.
  await count(8, toMessage);
  const ofOne = await count(1, toMessage);
  const ofMany = await count(40, toMessage);
  expect(ofMany).toEqual(ofOne);
  expect(ofMany.length).toBeLessThanOrEqual(most);
});

test('small files that come together are kept by as many steps as one is', async () => {
  await count(8, withFile);
  const wanted = await store.media.model.find({ state: 'wanted' }).limit(6).lean().exec();
  const keep = async (from: number, to: number) => {
    const files = wanted.slice(from, to).map((media) => {
      const bytes = Buffer.from(media._id);
      return { media, bytes, hash: hashOf(bytes), mimeType: null, otherType: null };
    });
    calls = [];
    await keepSmallFiles(store, files);
    return calls;
  };
  await keep(0, 1);
  const ofOne = await keep(1, 2);
  expect(await keep(2, 6)).toEqual(ofOne);
});
