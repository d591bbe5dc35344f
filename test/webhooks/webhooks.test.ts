import { keepSendingWebhooks } from '../../api/webhooks/keep-sending';
import { createLogger, createMetrics } from '../../telemetry';
import { createPost } from '../../webhooks/post';
import { takeTurn } from '../../webhooks/turn';
import { useApi } from '../scenes/api';
import { linkOne, personWith } from '../scenes/link-one';
import { eventually } from '../scenes/product';
import { isSigned, startReceiver, useReceiver } from '../scenes/receiver';

const here = ['127.0.0.1'];
const api = useApi({ webhookHosts: here });
const receiver = useReceiver();
let numbers = 0;

const subscribe = async (change: object = {}) =>
  (await api.post('/api/v1/webhooks', { url: receiver.url, ...change })).body as {
    webhook: { id: string };
    secret: string;
  };
const turn = async () => {
  let taken = 0;
  const sending = { store: api.store, post: createPost(here) };
  for (const one of await api.store.receivers.list()) taken += (await takeTurn(sending, one, 5_000)).taken;
  return taken;
};
/** As if the pause after a failure, or after a process that died, were over. */
async function waitOut(): Promise<void> {
  const { notices, receivers } = api.store;
  await notices.model.updateMany({ state: 'waiting' }, { $set: { nextAt: new Date(0) } });
  await receivers.model.updateMany({}, { $set: { quietUntil: null } });
}
const typesGot = () => receiver.got.map(({ event }) => event.type);
const deliveriesOf = async (id: string) =>
  (await api.get(`/api/v1/webhooks/${id}/deliveries`)).body.items as Record<string, unknown>[];

async function changeSource(): Promise<string> {
  const { id, token } = await api.addAccount({ phone: `+4930${String((numbers += 1) + 3_000_000)}` });
  await api.post('/api/v1/ingest/heartbeat', { state: 'needs_qr' }, { token });
  return id;
}

afterEach(async () => {
  await api.store.receivers.model.deleteMany({});
  await api.store.notices.model.deleteMany({});
});

test('a source that changed is told once, signed, with ids only', async () => {
  const { secret, webhook } = await subscribe();
  const accountId = await changeSource();
  expect(await turn()).toBe(1);
  expect(await turn()).toBe(0);
  const [got] = receiver.got;
  expect(got?.event).toMatchObject({
    type: 'source.state',
    data: { portalId: api.portalId, accountId, state: 'needs-qr', code: 'scan_needed' },
  });
  expect(got && isSigned(got, secret)).toBe(true);
  expect(got && isSigned({ ...got, raw: `${got.raw} ` }, secret)).toBe(false);
  expect(got?.headers['idempotency-key']).toBe(got?.id);
  expect(got?.raw).not.toMatch(/4930|Sales/);
  expect(await deliveriesOf(webhook.id)).toMatchObject([{ id: got?.id, state: 'sent', tries: 1 }]);
  const listed = await api.get('/api/v1/webhooks');
  expect(listed.body.items).toMatchObject([{ url: receiver.url, waiting: 0, givenUp: 0, failure: null }]);
  expect(JSON.stringify(listed.body)).not.toContain(secret.slice(6));
});

test('names and numbers are sent only where the receiver asked for them, and never kept in the queue', async () => {
  await subscribe({ details: true, events: ['source.state'] });
  await changeSource();
  await turn();
  expect(receiver.got[0]?.event.data['details']).toEqual({
    name: 'Sales',
    phone: expect.stringContaining('+4930'),
  });
  expect(JSON.stringify(await api.store.notices.model.find().lean())).not.toContain('+4930');
});

test('links, attention, reviews and backups are events of their own', async () => {
  const { store, portalId } = api;
  await subscribe();
  const personId = await personWith(store, portalId, '+491701110001');
  const { _id: linkId } = await linkOne(store, portalId, personId, 7);
  await turn();
  expect(receiver.got[0]?.event).toMatchObject({
    type: 'link.made',
    data: { linkId, crmContactId: 7, by: 'phone' },
  });
  const attention = { code: 'portal_down', advice: 'Wait.', since: new Date().toISOString() };
  await store.links.model.updateOne({ _id: linkId }, { $set: { attention } });
  await store.reviews.open({
    ...{ portalId, personId, linkId: null, kind: 'unmatched', reason: 'nobody', candidates: [] },
  });
  const entry = await store.entries.plan({
    ...{ portalId, target: `link/${linkId}`, chatId: 'c', lane: 'live', items: ['m/0', 'm/1'] },
    ...{ crmContactId: 7, epoch: 0, marker: 'x', text: 'secret text', newestAt: new Date() },
  });
  await store.entries.model.updateOne(
    { target: `link/${linkId}` },
    { $set: { state: 'delivered', deliveredAt: new Date(), commentId: 99 } },
  );
  expect(entry).not.toBeNull();
  await turn();
  await store.links.endWithPortal([linkId]);
  await turn();
  await turn();
  expect(typesGot().sort()).toEqual(
    ['link.made', 'link.attention', 'review.opened', 'backup.done', 'link.ended'].sort(),
  );
  const backup = receiver.got.find(({ event }) => event.type === 'backup.done');
  expect(backup?.event.data).toMatchObject({ linkId, commentId: 99, items: 2 });
  expect(receiver.got.map(({ raw }) => raw).join()).not.toMatch(/secret text|170111/);
});

test('only what was asked for is sent, and nothing of before', async () => {
  await changeSource();
  await subscribe({ events: ['link.made'] });
  await changeSource();
  expect(await turn()).toBe(0);
  expect(receiver.got).toEqual([]);
});

test('an event that is not taken is sent again later, under the same id', async () => {
  const { webhook } = await subscribe();
  Object.assign(receiver.answer, { status: 500 });
  await changeSource();
  expect(await turn()).toBe(0);
  expect(await turn()).toBe(0);
  expect(receiver.got).toHaveLength(1);
  const shown = await api.get('/api/v1/webhooks');
  expect(shown.body.items).toMatchObject([{ waiting: 1, failure: { reason: 'HTTP 500' } }]);
  const [waiting] = await deliveriesOf(webhook.id);
  expect(Date.parse(String(waiting?.['nextAt']))).toBeGreaterThan(Date.now() + 5_000);
  Object.assign(receiver.answer, { status: 204 });
  await waitOut();
  expect(await turn()).toBe(1);
  expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
});

test('an event that is refused for days is given up, and shown', async () => {
  const { webhook } = await subscribe();
  Object.assign(receiver.answer, { status: 404 });
  await changeSource();
  await turn();
  await api.store.notices.model.updateMany({}, { $set: { tries: 16 } });
  await waitOut();
  await turn();
  expect(await deliveriesOf(webhook.id)).toMatchObject([{ state: 'given-up', lastReason: 'HTTP 404' }]);
});

test('several processes at once send an event once', async () => {
  await subscribe();
  await changeSource();
  await changeSource();
  const taken = await Promise.all([turn(), turn(), turn(), turn()]);
  expect(taken.reduce((sum, one) => sum + one, 0)).toBe(2);
  expect(receiver.got).toHaveLength(2);
});

test('a receiver that never answers stops no other', async () => {
  const silent = await startReceiver();
  Object.assign(silent.answer, { status: null });
  await subscribe({ url: silent.url });
  await subscribe();
  const ended = new AbortController();
  const logger = createLogger({ level: 'silent', name: 'test' });
  const parts = { store: api.store, logger, metrics: createMetrics(), post: createPost(here), everyMs: 50 };
  const loop = keepSendingWebhooks({ ...parts, signal: ended.signal });
  await changeSource();
  await eventually('the silent one is asked', () => silent.got.length === 1);
  await changeSource();
  await eventually('the other one got both', () => receiver.got.length === 2);
  expect(silent.got).toHaveLength(1);
  ended.abort();
  await silent.stop();
  await loop;
});

test('a redirect is not followed', async () => {
  const other = await startReceiver();
  Object.assign(receiver.answer, { status: 307, location: other.url });
  await subscribe();
  await changeSource();
  expect(await turn()).toBe(0);
  expect(other.got).toEqual([]);
  await other.stop();
});

test('a receiver can be tried and removed; a bad address is refused', async () => {
  const { webhook } = await subscribe({ events: ['link.made'] });
  expect((await api.post(`/api/v1/webhooks/${webhook.id}/test`, {})).status).toBe(202);
  await turn();
  expect(typesGot()).toEqual(['test']);
  expect((await api.send('DELETE', `/api/v1/webhooks/${webhook.id}`)).status).toBe(204);
  expect((await api.send('DELETE', `/api/v1/webhooks/${webhook.id}`)).status).toBe(404);
  for (const url of ['ftp://x.example', 'https://a:b@x.example/', 'nonsense']) {
    const refused = await api.post('/api/v1/webhooks', { url });
    expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'url']);
  }
  expect((await api.post('/api/v1/webhooks', { url: receiver.url, portalId: 'x' })).status).toBe(422);
});
