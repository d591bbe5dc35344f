import { countAll, textMessage, useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();
const group = '120363321708924123@g.us';
let account: { id: string; token: string };
let numbers = 0;
let ids = 0;

beforeEach(async () => {
  account = await api.addAccount({ phone: `+4930${String((numbers += 1) + 2_000_000)}` });
});

const now = () => Math.floor(Date.now() / 1_000);
const message = (change: Record<string, unknown> = {}) =>
  textMessage(`3EB0CAFE${String((ids += 1)).padStart(8, '0')}`, {
    sender: null,
    timestamp: now(),
    ...change,
  });
const ingest = (messages: unknown[], more: object = {}) =>
  api.post('/api/v1/ingest/messages', { messages, ...more }, { token: account.token });
const setPolicy = (policy: object) =>
  api.send('PUT', `/api/v1/accounts/${account.id}/policy`, { body: policy });
const shown = async () => (await api.get(`/api/v1/accounts/${account.id}/policy`)).body;

test('without a policy all is wanted; one that is set is served to the client', async () => {
  const before = await api.get('/api/v1/ingest/policy', { token: account.token });
  expect(before.body).toMatchObject({
    ...{ syncGroups: true, includeChats: [], excludeChats: [], onlyLinkedContacts: false },
    ...{ historyDays: null, historySince: null, heartbeatSeconds: 300, pollSeconds: 180 },
  });
  const set = await setPolicy({ excludeChats: ['+491700000001', group], historyDays: 7 });
  expect(set.status).toBe(200);
  const after = await api.get('/api/v1/ingest/policy', { token: account.token });
  expect(after.body).toMatchObject({ excludeChats: ['+491700000001', group], historyDays: 7 });
  expect(after.body.historySince).toBeLessThan(now() - 6 * 86_400);
  await setPolicy({ syncGroups: false });
  expect(await shown()).toMatchObject({ syncGroups: false, historyDays: 7 });
});

test.each<[string, object, string]>([
  ['a chat that is none', { excludeChats: ['Klaus'] }, 'excludeChats.0'],
  ['a national number', { includeChats: ['0170 1234567'] }, 'includeChats.0'],
  ['a type that is none', { media: { maxBytes: null, types: ['pictures'] } }, 'media.types.0'],
  ['days before the beginning', { historyDays: -1 }, 'historyDays'],
  ['a field that is unknown', { colour: 'red' }, 'colour'],
])('%s is refused with its field', async (_, policy, field) => {
  const answer = await setPolicy(policy);
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
});

test('an excluded chat is not stored under any of its names, is counted, and the answer says so', async () => {
  await setPolicy({ excludeChats: ['+491700000011', '4639135154000@lid'] });
  const lid = '79512746377000@lid';
  await personWith(api.store, api.portalId, '+491700000011');
  await api.post(
    '/api/v1/ingest/messages',
    { identities: [{ lid, phone: '+491700000011' }], messages: [] },
    { token: account.token },
  );
  const before = await countAll(api);
  const answer = await ingest([
    message({ chatId: '491700000011@c.us' }),
    message({ chatId: '+491700000011' }),
    message({ chatId: '4639135154000@lid' }),
    message({ chatId: '491700000012@c.us' }),
  ]);
  expect(answer.body).toMatchObject({ accepted: 1, excluded: 3 });
  expect(answer.body.rejected.map(({ index, code }: Record<string, unknown>) => [index, code])).toEqual([
    [0, 'excluded_chat'],
    [1, 'excluded_chat'],
    [2, 'excluded_chat'],
  ]);
  const after = await countAll(api);
  expect(after['messages']).toBe((before['messages'] ?? 0) + 1);
  expect(after['people']).toBe((before['people'] ?? 0) + 1);
  expect((await shown()).excluded).toEqual({ excluded_chat: 3 });
});

test('a number that is excluded is so in each of its writings', async () => {
  await setPolicy({ excludeChats: ['+5541998773200'] });
  const answer = await ingest([message({ chatId: '554198773200@c.us' })]);
  expect(answer.body).toMatchObject({ accepted: 0, excluded: 1 });
});

test('an include list leaves out all others, and groups', async () => {
  await setPolicy({ includeChats: ['+491700000021'] });
  const answer = await ingest([
    message({ chatId: '491700000021@c.us' }),
    message({ chatId: '491700000022@c.us' }),
    message({ chatId: group, sender: { id: '491700000021@c.us' } }),
  ]);
  expect(answer.body.rejected.map(({ code }: { code: string }) => code)).toEqual([
    'excluded_not_listed',
    'excluded_not_listed',
  ]);
  await setPolicy({ includeChats: [group] });
  const second = await ingest([message({ chatId: group, sender: { id: '491700000021@c.us' } })]);
  expect(second.body).toMatchObject({ accepted: 1, excluded: 0 });
});

test('groups can be switched off', async () => {
  await setPolicy({ syncGroups: false });
  const answer = await ingest([message({ chatId: group, sender: { id: '491700000031@c.us' } })]);
  expect(answer.body.rejected).toMatchObject([{ code: 'excluded_group' }]);
});

test('where only linked contacts are wanted, a chat is stored from the moment its person is linked', async () => {
  await setPolicy({ onlyLinkedContacts: true });
  const chat = { chatId: '491700000041@c.us' };
  expect((await ingest([message(chat)])).body.rejected).toMatchObject([{ code: 'excluded_not_linked' }]);
  await linkOne(api.store, api.portalId, await personWith(api.store, api.portalId, '+491700000041'), 41);
  expect((await ingest([message(chat)])).body).toMatchObject({ accepted: 1, excluded: 0 });
});

test('what is older than the wanted days is left out', async () => {
  await setPolicy({ historyDays: 1 });
  const answer = await ingest([
    message({ timestamp: now() - 3 * 86_400 }),
    message({ timestamp: now() - 3_600 }),
  ]);
  expect(answer.body.rejected).toMatchObject([{ index: 0, code: 'excluded_old' }]);
});

test('the policy holds for WAHA, too', async () => {
  const hmacKey = 'a-key-of-sixteen-letters';
  const { id } = await api.addAccount({ kind: 'waha', phone: '+49302009999', settings: { hmacKey } });
  await api.send('PUT', `/api/v1/accounts/${id}/policy`, { body: { excludeChats: ['+491700000051'] } });
  const before = await countAll(api);
  const from = '491700000051@c.us';
  const answer = await api.sendWaha(id, hmacKey, {
    ...{ id: 'evt_1', event: 'message.any', session: 'default', me: { id: '49302009999@c.us' } },
    ...{ timestamp: Date.now(), engine: 'GOWS' },
    payload: { id: `false_${from}_3EB0F1`, timestamp: now(), from, fromMe: false, body: 'private' },
  });
  expect(answer.status).toBe(200);
  expect(await countAll(api)).toEqual(before);
});

test('fields of a newer client are taken, mean nothing, and are named', async () => {
  const answer = await ingest([message({ mood: 'good' })], { schema: '1', flavour: 1 });
  expect(answer.body).toMatchObject({
    ...{ accepted: 1, rejected: [] },
    ignoredFields: ['flavour', 'messages.mood'],
  });
});

test('a heartbeat of a newer client counts, whatever else it says', async () => {
  const counts = [{ chatId: '491700000009@c.us', messages: 0, from: now() - 60, to: now(), mood: 'good' }];
  const beat = { state: 'connected', version: 'next/1', battery: 80, counts };
  expect(await api.post('/api/v1/ingest/heartbeat', beat, { token: account.token })).toMatchObject({
    status: 200,
  });
});
