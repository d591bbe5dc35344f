import { textMessage, useApi } from '../scenes/api';
import { linkOne, personWith } from '../scenes/link-one';

const api = useApi();
let account: { id: string; token: string };
let numbers = 0;
let chatId: string;
let linkId: string;
const noon = Date.UTC(2026, 10, 20, 12) / 1_000;

const ingest = (...minutes: number[]) =>
  api.post(
    '/api/v1/ingest/messages',
    {
      messages: minutes.map((minute) =>
        textMessage(`3EB0C${numbers}M${minute}`, { chatId, sender: null, timestamp: noon + minute * 60 }),
      ),
    },
    { token: account.token },
  );
const beat = (counts?: object[], state = 'connected') =>
  api.post('/api/v1/ingest/heartbeat', { state, ...(counts && { counts }) }, { token: account.token });
const count = (messages: number, from: number, to: number, of = chatId) => ({
  ...{ chatId: of, messages, from: noon + from * 60, to: noon + to * 60 },
});
const chatOf = async () => (await api.get(`/api/v1/links/${linkId}/completeness`)).body.chats[0];

beforeEach(async () => {
  const number = String((numbers += 1) + 7_000_000);
  account = await api.addAccount({ phone: `+4930${number}` });
  chatId = `49170${number}@c.us`;
  linkId = (
    await linkOne(api.store, api.portalId, await personWith(api.store, api.portalId, `+49170${number}`))
  )._id;
});

test('a client that counts more than is held is told of which chat, and the contact shows it', async () => {
  await ingest(0, 1, 3);
  const edit = { event: 'edit', targetId: `3EB0C${numbers}M0`, text: 'other', timestamp: noon + 100 };
  const changed = textMessage(`3EB0C${numbers}E1`, { chatId, sender: null, ...edit });
  await api.post('/api/v1/ingest/messages', { messages: [changed] }, { token: account.token });
  expect((await chatOf()).source.counted).toBeNull();
  const answer = await beat([count(5, 0, 3), count(7, 0, 3, '491709999999@c.us')]);
  expect(answer.body.incomplete).toEqual([
    { chatId, messages: 5, held: 3 },
    { chatId: '491709999999@c.us', messages: 7, held: 0 },
  ]);
  const chat = await chatOf();
  expect(chat.isComplete).toBe(false);
  expect(chat.source.counted).toMatchObject({ messages: 5, held: 3, missing: 2 });
  expect(chat.source.counted.text).toMatch(
    /^2026-11-20 13:00–13:03: 2 of 5 messages not seen; the source counted at /,
  );
  await ingest(2);
  expect((await chatOf()).source.counted).toMatchObject({ held: 4, missing: 1 });
  expect((await beat([count(4, 0, 3)])).body.incomplete).toEqual([]);
  expect((await chatOf()).source.counted).toMatchObject({ missing: 0 });
});

test('both seconds of a time count, and nothing beside it', async () => {
  await ingest(0, 5, 10);
  expect((await beat([count(3, 0, 10)])).body.incomplete).toEqual([]);
  expect((await beat([count(3, 1, 10)])).body.incomplete).toMatchObject([{ held: 2 }]);
  expect((await beat([count(3, 0, 9)])).body.incomplete).toMatchObject([{ held: 2 }]);
  // What the phone has deleted is no gap.
  expect((await beat([count(0, 0, 10)])).body.incomplete).toEqual([]);
});

test('a gap of the client is filled for a chat once it has counted that time and all of it is held', async () => {
  const { store, portalId } = api;
  await ingest(0);
  const at = (minute: number) => new Date((noon + minute * 60) * 1_000);
  await store.gaps.open({ portalId, accountId: account.id, reason: 'unreachable', from: at(1) });
  await store.gaps.end(account.id, at(30));
  const gapOf = async () => (await chatOf()).gaps[0];
  expect(await gapOf()).toMatchObject({ closedAt: null });
  await beat([count(1, 0, 20)]);
  expect(await gapOf()).toMatchObject({ closedAt: null });
  await beat([count(3, 0, 40)]);
  expect(await gapOf()).toMatchObject({ closedAt: null });
  await ingest(10, 20);
  expect(await gapOf()).toMatchObject({ closedAt: expect.any(String), found: 2 });
  expect((await gapOf()).text).toContain('2 messages were found');
});

test.each<[string, object, string]>([
  ['a time that ends before it begins', { messages: 1, from: 20, to: 10 }, 'counts.0.from'],
  ['less than nothing', { messages: -1, from: 10, to: 20 }, 'counts.0.messages'],
  ['milliseconds', { messages: 1, from: 10, to: 1_795_300_000_000 }, 'counts.0.to'],
])('%s is refused with its field', async (_, given, field) => {
  const answer = await beat([{ chatId, ...given }]);
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
});

test('a heartbeat without counts is one as before', async () => {
  expect((await beat()).body).toEqual({ serverTime: expect.any(String), incomplete: [] });
});
