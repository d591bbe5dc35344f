import { textMessage, useApi } from '../../scenes/api';
import { waitUntil } from '../../../local/ports';

const api = useApi();
const ana = '491701110001';
const lid = '4639135159001';
const group = '120363321708924777@g.us';
let account: { id: string; token: string };
let numbers = 0;
let ids = 0;

beforeEach(async () => {
  account = await api.addAccount({ phone: `+4930${String((numbers += 1) + 3_000_000)}` });
  await setPolicy(['Private']);
});

const setPolicy = (excludeLabels: string[]) =>
  api.send('PUT', `/api/v1/accounts/${account.id}/policy`, { body: { excludeLabels } });
const shown = async () => (await api.get(`/api/v1/accounts/${account.id}/policy`)).body;
const message = (chatId: string, text: string) =>
  textMessage(`3EB0BEEF${String((ids += 1)).padStart(8, '0')}`, {
    ...{ chatId, text, sender: null, fromMe: true, timestamp: Math.floor(Date.now() / 1_000) },
  });
const ingest = (messages: unknown[], chats: object[] = [], identities: object[] = []) =>
  api.post('/api/v1/ingest/messages', { messages, chats, identities }, { token: account.token });
const stored = (text: string) => api.store.messages.model.countDocuments({ 'versions.text': text }).exec();
const codesOf = ({ body }: { body: { rejected: { code: string }[] } }) =>
  body.rejected.map(({ code }) => code);

test('the client says the labels of its chats; those with an excluded one are left out, under each of their names', async () => {
  const policy = await api.get('/api/v1/ingest/policy', { token: account.token });
  expect(policy.body.excludeLabels).toEqual(['Private']);
  const chats = [
    { id: `${ana}@c.us`, labels: ['New order', 'private'] },
    { id: group, labels: [] },
  ];
  const identities = [{ lid: `${lid}@lid`, phone: `+${ana}` }];
  const said = [
    message(`${ana}@c.us`, 'by number'),
    message(`${lid}@lid`, 'by lid'),
    message(group, 'group'),
  ];
  const answer = await ingest(said, chats, identities);
  expect(answer.body).toMatchObject({ accepted: 1, excluded: 2 });
  expect(codesOf(answer)).toEqual(['excluded_label', 'excluded_label']);
  // What was said once holds until something else is said.
  expect(codesOf(await ingest([message(`${ana}@c.us`, 'later')]))).toEqual(['excluded_label']);
  await ingest([], [{ id: `${ana}@c.us`, labels: [] }]);
  expect((await ingest([message(`${ana}@c.us`, 'without the label')])).body).toMatchObject({ accepted: 1 });
});

test('a chat of which no labels were said waits, sent twice as well, and is taken in once when they are', async () => {
  const waiting = message(`${ana}@c.us`, 'waits for labels');
  for (let time = 0; time < 2; time += 1)
    expect(codesOf(await ingest([waiting]))).toEqual(['labels_unknown']);
  expect(await shown()).toMatchObject({ labels: { waiting: 1 } });
  expect(await stored('waits for labels')).toBe(0);
  await ingest([], [{ id: `${ana}@c.us`, labels: ['New order'] }]);
  const isIn = async () => (await stored('waits for labels')) === 1;
  await waitUntil(isIn, { what: 'the message that waited', limitMs: 60_000 });
  expect((await ingest([waiting])).body).toMatchObject({ duplicates: 1, accepted: 0 });
  expect(await shown()).toMatchObject({ labels: { waiting: 0 } });
});

test('a chat turns out to be excluded: what waited is left out and gone', async () => {
  await ingest([message(`${ana}@c.us`, 'turns out to be private')]);
  await ingest([], [{ id: `${ana}@c.us`, labels: ['Private'] }]);
  const isGone = async () => (await shown()).labels.waiting === 0;
  await waitUntil(isGone, { what: 'nothing that waits', limitMs: 60_000 });
  expect(await stored('turns out to be private')).toBe(0);
  expect((await shown()).excluded).toEqual({ excluded_label: 1 });
});

test('whether a chat is wanted says what is known of its labels', async () => {
  const status = async () =>
    (await api.get(`/api/v1/ingest/chats/status?chatId=${ana}@c.us`, { token: account.token })).body;
  expect(await status()).toMatchObject({ isWanted: false, reason: 'labels_unknown' });
  await ingest([], [{ id: `${ana}@c.us`, labels: ['Private'] }]);
  expect(await status()).toMatchObject({ isWanted: false, reason: 'excluded_label' });
  await ingest([], [{ id: `${ana}@c.us`, labels: [] }]);
  expect(await status()).toMatchObject({ isWanted: true, reason: null });
});
