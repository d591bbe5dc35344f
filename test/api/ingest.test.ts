import { countAll, useApi, textMessage } from '../scenes/api';
import { linkOne, personWith } from '../scenes/link-one';

/** Its workflows are started however busy the machine is: nothing here asks a workflow that has no worker. */
const api = useApi({ queryWaitMs: 60_000 });
let account: { id: string; token: string };
beforeAll(async () => {
  account = await api.addAccount();
});

let next = 0;
const newId = () => `3EB0${String((next += 1)).padStart(16, '0')}`;
const ingest = (body: unknown) => api.post('/api/v1/ingest/messages', body, { token: account.token });

test('messages of both directions are stored once, whatever is delivered again', async () => {
  const [theirs, ours] = [newId(), newId()];
  const chatId = '491700000001@c.us';
  const body = {
    schema: '1',
    source: 'extension/0.3.1',
    account: { phone: '+49 30 1234567', name: 'Sales' },
    messages: [
      textMessage(theirs, { chatId, sender: { id: chatId, name: 'Ana' } }),
      textMessage(ours, { chatId, fromMe: true, sender: undefined }),
    ],
  };
  const first = await ingest(body);
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    accepted: 2,
    duplicates: 0,
    updated: 0,
    rejected: [],
    needMedia: [],
  });
  expect(Date.parse(first.body.serverTime)).not.toBeNaN();
  const again = await ingest(body);
  expect(again.body).toMatchObject({ accepted: 0, duplicates: 2, updated: 0, rejected: [] });

  const { items: chats } = (await api.get(`/api/v1/chats?accountId=${account.id}`)).body;
  expect(chats).toHaveLength(1);
  const { items: messages } = (await api.get(`/api/v1/chats/${chats[0].id}/messages`)).body;
  expect(messages.map((message: { fromMe: boolean }) => message.fromMe)).toEqual([false, true]);
  expect(messages[0].versions[0]).toMatchObject({ text: `text of ${theirs}`, kind: 'text', event: 'create' });
  const { items: people } = (await api.get('/api/v1/people?q=ana')).body;
  expect(people[0]).toMatchObject({ name: 'Ana', aliases: ['phone:+491700000001'] });
});

test('a pair of ids twice in one batch counts once', async () => {
  const id = newId();
  const answer = await ingest({ messages: [textMessage(id), textMessage(id)] });
  expect(answer.body).toMatchObject({ accepted: 1, duplicates: 1 });
});

test('an edit, also one before its original, is an update', async () => {
  const id = newId();
  const edit = textMessage(newId(), { event: 'edit', targetId: id, text: 'better' });
  expect((await ingest({ messages: [edit] })).body.updated).toBe(1);
  const late = await ingest({ messages: [textMessage(id), edit] });
  expect(late.body).toMatchObject({ accepted: 1, duplicates: 1, updated: 0 });
});

test('in a batch the bad items get their reasons and the good ones are taken', async () => {
  const before = await countAll(api);
  const good = newId();
  const answer = await ingest({
    messages: [
      textMessage(newId(), { timestamp: 'yesterday' }),
      textMessage(good),
      textMessage(newId(), { type: 'song' }),
      'no message at all',
      textMessage(newId(), { chatId: 'status@broadcast' }),
      textMessage(newId(), { timestamp: Date.now() + 3 * 86_400_000 }),
    ],
  });
  expect(answer.status).toBe(200);
  expect(answer.body.accepted).toBe(1);
  expect(answer.body.rejected).toEqual([
    { index: 0, code: 'bad_timestamp', message: expect.any(String) },
    { index: 2, code: 'bad_type', message: expect.any(String) },
    { index: 3, code: expect.stringMatching(/^bad_/), message: expect.any(String) },
    { index: 4, code: 'ignored_chat', message: expect.any(String) },
    { index: 5, code: 'bad_timestamp', message: expect.any(String) },
  ]);
  const after = await countAll(api);
  expect(after['messages']).toBe((before['messages'] ?? 0) + 1);
  expect(after['unreadable']).toBe((before['unreadable'] ?? 0) + 4);
});

test('a message that cannot be understood is kept with its reason, once', async () => {
  const bad = textMessage(newId(), { timestamp: 'never' });
  await ingest({ messages: [bad] });
  await ingest({ messages: [bad] });
  const kept = await api.store.unreadable.model
    .find({ raw: JSON.stringify(bad) })
    .lean()
    .exec();
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({ accountId: account.id, code: 'bad_timestamp', source: 'ingest' });
});

test('an envelope that is wrong is refused as a whole, with its fields', async () => {
  const before = await countAll(api);
  const messages = [textMessage(newId())];
  const odd = await ingest({ messages, schema: '2' });
  expect(odd.status).toBe(422);
  expect(odd.body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'schema' }] });
  const badPhone = await ingest({ messages, account: { phone: '030 123' } });
  expect(badPhone.body.errors).toMatchObject([{ field: 'account.phone' }]);
  const tooMany = await ingest({ messages: Array.from({ length: 201 }, () => textMessage(newId())) });
  expect([tooMany.status, tooMany.body.errors[0].field]).toEqual([422, 'messages']);
  expect((await ingest({})).status).toBe(422);
  expect((await ingest([])).status).toBe(422);
  expect(await countAll(api)).toEqual(before);
});

test('a token is good for its own number only', async () => {
  const before = await countAll(api);
  const answer = await ingest({ account: { phone: '+49309999999' }, messages: [textMessage(newId())] });
  expect([answer.status, answer.body.code]).toEqual([409, 'account_mismatch']);
  expect(await countAll(api)).toEqual(before);
});

test('what a linked person says waits on the link, and a chat of others does not', async () => {
  const { store, portalId } = api;
  const link = await linkOne(store, portalId, await personWith(store, portalId, '+491700000777'), 5);
  const timestamp = Date.now();
  await ingest({
    messages: [
      textMessage(newId(), { chatId: '491700000777@s.whatsapp.net', sender: null, timestamp }),
      textMessage(newId(), { chatId: '491700000778@s.whatsapp.net', sender: null, timestamp }),
    ],
  });
  const status = await api.get(`/api/v1/links/${link._id}/status`);
  expect(status.body).toMatchObject({ pendingMessages: 1, pendingHistory: 0, answeredBy: 'store' });
  const card = await api.get(`/api/v1/links/${link._id}`);
  expect(card.body.counts).toEqual({ pendingMessages: 1, pendingHistory: 0, messagesBackedUp: 0 });
});

test('a parked link is woken by a signal that starts its workflow', async () => {
  const { store, portalId } = api;
  const personId = await personWith(store, portalId, '+491700000888');
  const { _id: linkId } = await linkOne(store, portalId, personId, 6);
  await store.links.park(linkId);
  const chatId = '491700000888@c.us';
  const answer = await ingest({
    messages: [textMessage(newId(), { chatId, sender: null, timestamp: Date.now() })],
  });
  expect(answer.body.accepted).toBe(1);
  const handle = api.temporal.workflow.getHandle(`contact-link/${linkId}`);
  for (;;) {
    const described = await handle.describe().catch(() => null);
    if (described) {
      expect(described.status.name).toBe('RUNNING');
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await handle.terminate();
});

test('a heartbeat, the policy and the cursor serve a client that delivers', async () => {
  const { token } = account;
  const beat = await api.post('/api/v1/ingest/heartbeat', { state: 'connected', version: '1' }, { token });
  expect(beat.status).toBe(200);
  const shown = await api.get(`/api/v1/accounts/${account.id}`);
  expect(shown.body).toMatchObject({ sourceState: 'connected' });
  expect(shown.body.lastEventAt).not.toBeNull();
  const odd = await api.post('/api/v1/ingest/heartbeat', { state: 'asleep' }, { token });
  expect(odd.status).toBe(422);

  const policy = await api.get('/api/v1/ingest/policy', { token });
  expect(policy.body).toMatchObject({
    ...{ syncGroups: true, excludeChats: [], pollSeconds: 180 },
    media: { maxBytes: 100_000_000 },
  });

  const chatId = '491700000555@c.us';
  const [a, b, c] = [newId(), newId(), newId()];
  await ingest({
    messages: [
      textMessage(a, { chatId, sender: null, timestamp: 1_700_000_000 }),
      textMessage(b, { chatId, sender: null, timestamp: 1_700_000_100 }),
      textMessage(c, { chatId, sender: null, timestamp: 1_700_000_100_400 }),
    ],
  });
  const cursor = await api.get(`/api/v1/ingest/cursor?chatId=${chatId}`, { token });
  expect(cursor.body).toEqual({
    lastTimestamp: 1_700_000_100,
    lastIds: [b, c],
    oldestTimestamp: 1_700_000_000,
  });
  const unknown = await api.get('/api/v1/ingest/cursor?chatId=491799999999@c.us', { token });
  expect(unknown.body).toEqual({ lastTimestamp: null, lastIds: [], oldestTimestamp: null });
});
