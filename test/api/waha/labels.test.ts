import { followLabels } from '../../../activities/sources/follow-labels';
import { takeHeldIn } from '../../../activities/watch/read-again';
import { startSandboxWaha, type SandboxWaha } from '../../../sandbox/waha/waha';
import { waitUntil } from '../../../local/ports';
import { useApi } from '../../scenes/api';
import { runActivity, settings } from '../../scenes/delivery';
import { opened } from '../../scenes/opened';

const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1, retryScale: 0.0001 }),
  (server) => server.stop(),
  'test',
);
const api = useApi();
const ana = '491701234567';
const ben = '491707654321';
let next = 0;
let account: { id: string };

const at = (path = '') => `/api/v1/accounts/${account.id}${path}`;
const setPolicy = (excludeLabels: string[]) => api.send('PUT', at('/policy'), { body: { excludeLabels } });
const shown = async () => (await api.get(at('/policy'))).body;
const stored = (text: string) => api.store.messages.model.countDocuments({ 'versions.text': text }).exec();
const say = (phone: string, text: string) => waha.say({ chatId: `${phone}@c.us`, text });
const settle = async () => {
  await waha.hooksDone();
  const isRead = async () => ((await shown()).labels?.unreadSince ?? null) === null;
  await waitUntil(isRead, { what: 'labels that are read', limitMs: 60_000 });
};
/** The sweep's part, without the rest of it. */
async function sweep(): Promise<void> {
  const portalOf = () => Promise.reject(new Error('no portal here'));
  const deps = { store: api.store, portalOf, settings };
  await runActivity((portalId: string) => followLabels(deps, portalId), api.portalId);
  await runActivity((portalId: string) => takeHeldIn(deps, portalId), api.portalId);
}

beforeEach(async () => {
  const digits = `49301113${String((next += 1)).padStart(3, '0')}`;
  const reach = { baseUrl: waha.url, apiKey: waha.apiKey, callbackUrl: api.url };
  account = await api.addAccount({ kind: 'waha', phone: `+${digits}`, settings: reach });
  await api.post(at('/set-up'), {});
  const isWaiting = () => Promise.resolve(waha.session().status === 'SCAN_QR_CODE');
  await waitUntil(isWaiting, { what: 'a code to scan', limitMs: 60_000 });
  waha.scan({ phone: digits });
  await waha.hooksDone();
  for (const name of ['Private', 'New order']) waha.setLabel({ name, events: 'lost' });
});

test('chats with an excluded label are left out under number and LID, others are not', async () => {
  waha.setLids({ '4639135154355': ana });
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us`, events: 'lost' });
  waha.setLabel({ name: 'New order', chatId: `${ben}@c.us`, events: 'lost' });
  const set = await setPolicy(['private']);
  expect(set.body).toMatchObject({ excludeLabels: ['private'], labels: { unreadSince: null, waiting: 0 } });
  await settle();
  say(ana, 'of a private chat');
  waha.say({ chatId: '4639135154355@lid', text: 'the same chat by its LID' });
  say(ben, 'of another chat');
  await settle();
  expect(
    await Promise.all(['of a private chat', 'the same chat by its LID', 'of another chat'].map(stored)),
  ).toEqual([...[0, 0, 1]]);
  expect(await shown()).toMatchObject({ excluded: { excluded_label: 2 }, labels: { waiting: 0 } });
});

test('a label that comes later leaves out from then on, and one that is taken off lets in, each event twice', async () => {
  await setPolicy(['Private']);
  await settle();
  say(ana, 'before the label');
  await settle();
  waha.setFaults([{ kind: 'doubleHook', times: -1 }]);
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us` });
  await settle();
  say(ana, 'with the label');
  await settle();
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us`, on: false });
  await settle();
  say(ana, 'after the label');
  await settle();
  expect(await stored('before the label')).toBe(1);
  expect(await stored('with the label')).toBe(0);
});

test('until the labels are read messages wait, kept with that reason; then they are taken in or left out, each once', async () => {
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us`, events: 'lost' });
  waha.setFaults([{ kind: 'refuse', only: '/labels', times: -1, status: 503 }]);
  expect((await setPolicy(['Private'])).status).toBe(200);
  await waha.hooksDone();
  const long = 'x'.repeat(300_000);
  waha.setFaults([
    { kind: 'refuse', only: '/labels', times: -1, status: 503 },
    { kind: 'doubleHook', times: -1 },
  ]);
  say(ana, 'private and early');
  say(ben, 'wanted and early');
  waha.say({
    chatId: `${ben}@c.us`,
    text: 'with a large picture',
    fields: { _data: { jpegThumbnail: long } },
  });
  await waha.hooksDone();
  expect(await shown()).toMatchObject({ labels: { waiting: 3, unreadSince: expect.any(String) } });
  expect(await stored('wanted and early')).toBe(0);
  const kept = await api.get(`/api/v1/unreadable?accountId=${account.id}`);
  expect(kept.body.items).toMatchObject(Array.from({ length: 3 }, () => ({ code: 'labels_unknown' })));
  const check = await api.get(at('/check'));
  expect(check.body.points).toContainEqual(expect.objectContaining({ code: 'labels', ok: false }));
  // Nobody can read it by asking again: it waits still.
  const [first] = kept.body.items;
  expect((await api.post(`/api/v1/unreadable/${first.id}/try-again`, {})).body).toEqual({
    outcome: 'unreadable',
  });
  await sweep();
  expect(await shown()).toMatchObject({ labels: { waiting: 3 } });
  waha.setFaults([]);
  await sweep();
  await sweep();
  expect(
    await Promise.all(['private and early', 'wanted and early', 'with a large picture'].map(stored)),
  ).toEqual([...[0, 1, 1]]);
  expect(await shown()).toMatchObject({
    labels: { waiting: 0, unreadSince: null },
    excluded: { excluded_label: 1 },
  });
});

test('what no webhook tells is seen by the sweep', async () => {
  await setPolicy(['Private']);
  await settle();
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us`, events: 'lost' });
  await sweep();
  say(ana, 'labelled in silence');
  say(ben, 'not labelled at all');
  await settle();
  expect([await stored('labelled in silence'), await stored('not labelled at all')]).toEqual([0, 1]);
});

test('a session that begins to work anew is asked before its messages count', async () => {
  await setPolicy(['Private']);
  await settle();
  waha.setFaults([{ kind: 'refuse', only: '/labels', times: -1, status: 503 }]);
  waha.setStatus('STOPPED');
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us`, events: 'lost' });
  waha.setStatus('WORKING');
  await waha.hooksDone();
  say(ana, 'after an absence');
  await waha.hooksDone();
  expect(await shown()).toMatchObject({ labels: { waiting: 1, unreadSince: expect.any(String) } });
  waha.setFaults([]);
  await sweep();
  expect(await shown()).toMatchObject({ labels: { waiting: 0 }, excluded: { excluded_label: 1 } });
});

test('without the rule nothing waits any more, and no label is kept', async () => {
  waha.setLabel({ name: 'Private', chatId: `${ana}@c.us`, events: 'lost' });
  await setPolicy(['Private']);
  await settle();
  waha.setFaults([{ kind: 'refuse', only: '/labels', times: -1, status: 503 }]);
  waha.setLabel({ name: 'Private', chatId: `${ben}@c.us` });
  await waha.hooksDone();
  say(ben, 'waits for the rule to go');
  await waha.hooksDone();
  expect(await stored('waits for the rule to go')).toBe(0);
  expect((await setPolicy([])).body).toMatchObject({ excludeLabels: [], labels: null });
  expect(await stored('waits for the rule to go')).toBe(1);
  expect(await api.store.labelledChats.listOfAccount(account.id)).toEqual([]);
});

test('the webhook tells of labels where they matter, and only there', async () => {
  const events = () => waha.session().config.webhooks?.flatMap((hook) => hook.events ?? []) ?? [];
  expect(events()).not.toContain('label.chat.added');
  await setPolicy(['Private']);
  expect(events()).toEqual(
    expect.arrayContaining(['label.chat.added', 'label.chat.deleted', 'label.upsert']),
  );
  expect((await api.get(at('/check'))).body.points).toContainEqual(
    expect.objectContaining({ code: 'webhook', ok: true }),
  );
});

test.each<[string, () => void, string[], string]>([
  ['a label that the number has not', () => undefined, ['Private', 'Nobody’s'], 'excludeLabels.1'],
  [
    'an engine without labels',
    () => waha.setFaults([{ kind: 'refuse', only: '/labels', status: 501, times: -1 }]),
    ['Private'],
    'excludeLabels',
  ],
  ['a number without labels', () => void (waha.session().labels = {}), ['Private'], 'excludeLabels'],
])('%s is refused', async (_, prepare, labels, field) => {
  prepare();
  const answer = await setPolicy(labels);
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  expect((await shown()).excludeLabels).toEqual([]);
});

test('a source that is never asked, or tells no labels, takes no such rule', async () => {
  const quiet = await api.addAccount({
    ...{ kind: 'waha', phone: '+49301114001' },
    settings: { hmacKey: 'a-key-of-sixteen-letters' },
  });
  const file = await api.addAccount({ kind: 'export', phone: '+49301114002' });
  for (const { id } of [quiet, file]) {
    const body = { excludeLabels: ['Private'] };
    expect((await api.send('PUT', `/api/v1/accounts/${id}/policy`, { body })).status).toBe(422);
  }
});
