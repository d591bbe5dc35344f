import type { ActivityDeps } from '../../activities';
import { createPost } from '../../webhooks/post';
import { forgetOld, takeTurn } from '../../webhooks/turn';
import { useApi } from '../scenes/api';
import { dying } from '../scenes/dying';
import { useReceiver } from '../scenes/receiver';

const here = ['127.0.0.1'];
const api = useApi({ webhookHosts: here });
const receiver = useReceiver();
const post = createPost(here);
const dayMs = 86_400_000;
let changes = 0;

const load = async () => {
  const [only] = await api.store.receivers.list();
  if (!only) throw new Error('no receiver');
  return only;
};
const turn = async (sending = { store: api.store, post }) => takeTurn(sending, await load(), 5_000);
const shown = async () => (await api.get('/api/v1/webhooks')).body.items[0];
const startAgain = async (body: object) =>
  api.post(`/api/v1/webhooks/${(await load())._id}/start-again`, body);
const change = async (set: object) => api.store.receivers.model.updateMany({}, { $set: set });

async function waitOut(): Promise<void> {
  await api.store.notices.model.updateMany({ state: 'waiting' }, { $set: { nextAt: new Date(0) } });
  await change({ quietUntil: null });
}

/** An event: the source changes again. */
async function changeSource(): Promise<void> {
  const at = new Date();
  const change = { state: 'quiet', code: `change_${(changes += 1)}`, at };
  await api.store.accounts.model.updateOne(
    {},
    { $set: { livenessChangedAt: at }, $push: { livenessChanges: change } },
  );
}

beforeAll(() => api.addAccount());
beforeEach(() => api.post('/api/v1/webhooks', { url: receiver.url, events: ['source.state'] }));
afterEach(async () => {
  await api.store.receivers.model.deleteMany({});
  await api.store.notices.model.deleteMany({});
});

/** It has failed for days before, and fails again: it is set aside. */
async function die(): Promise<void> {
  Object.assign(receiver.answer, { status: 500 });
  await change({ failures: 9, failingSince: new Date(Date.now() - 2 * dayMs) });
  await changeSource();
  expect(await turn()).toMatchObject({ failed: 1, isSetAside: true });
}

test('a receiver that fails for days is set aside, what happens waits, and started again it gets all in order', async () => {
  await die();
  expect(await shown()).toMatchObject({ state: 'set-aside', waiting: 1, failure: { reason: 'HTTP 500' } });
  Object.assign(receiver.answer, { status: 200 });
  await changeSource();
  await changeSource();
  await waitOut();
  expect(await turn()).toEqual({ taken: 0, failed: 0, isSetAside: false });
  expect(receiver.got).toHaveLength(1);
  const again = await startAgain({});
  expect(again.body).toMatchObject({ state: 'working', waiting: 3, failingSince: null, setAsideAt: null });
  expect(await turn()).toMatchObject({ taken: 3 });
  const times = receiver.got.slice(1).map(({ event }) => event.timestamp);
  expect(times).toEqual([...times].sort());
});

test('started again without what waited, it gets only what happens from then on', async () => {
  await die();
  Object.assign(receiver.answer, { status: 200 });
  await changeSource();
  expect((await startAgain({ waiting: 'drop' })).body).toMatchObject({ state: 'working', waiting: 0 });
  expect(await turn()).toMatchObject({ taken: 0 });
});

test('one that took something in between, or failed only now and then, is not set aside', async () => {
  Object.assign(receiver.answer, { status: 500 });
  await change({ failures: 8, failingSince: new Date(Date.now() - 9 * dayMs) });
  await changeSource();
  expect(await turn()).toMatchObject({ failed: 1, isSetAside: false });
  Object.assign(receiver.answer, { status: 200 });
  await waitOut();
  expect(await turn()).toMatchObject({ taken: 1 });
  expect(await shown()).toMatchObject({ state: 'working', failure: null });
  expect(await load()).toMatchObject({ failures: 0, failingSince: null });
});

test('while it does not answer it is left alone for a growing time, and events do not each try it', async () => {
  Object.assign(receiver.answer, { status: 503 });
  await changeSource();
  await changeSource();
  await turn();
  await turn();
  expect(receiver.got).toHaveLength(1);
  const first = (await load()).quietUntil?.getTime() ?? 0;
  await waitOut();
  await turn();
  expect((await load()).quietUntil?.getTime()).toBeGreaterThan(first + 30_000);
  expect(await shown()).toMatchObject({ state: 'failing', waiting: 2 });
});

test('one receiver that is set aside stops no other', async () => {
  await die();
  Object.assign(receiver.answer, { status: 200 });
  await api.post('/api/v1/webhooks', { url: receiver.url, events: ['source.state'] });
  await changeSource();
  const turns = await Promise.all(
    (await api.store.receivers.list()).map((one) => takeTurn({ store: api.store, post }, one, 5_000)),
  );
  expect(turns.map(({ taken }) => taken).sort()).toEqual([0, 1]);
});

test('what waits for one that is gone is bounded, and is forgotten after its time', async () => {
  await die();
  const { notices } = api.store;
  const full = jest.spyOn(notices, 'hasWaiting').mockResolvedValue(true);
  const { _id, seenUntil } = await load();
  await changeSource();
  await turn();
  expect(full).toHaveBeenCalledWith(_id, 10_000);
  full.mockRestore();
  expect((await shown()).waiting).toBe(1);
  expect((await load()).seenUntil).toEqual(seenUntil);
  expect([await notices.hasWaiting(_id, 1), await notices.hasWaiting(_id, 2)]).toEqual([true, false]);
  await api.store.notices.model.updateMany({}, { $set: { createdAt: new Date(Date.now() - 8.1 * dayMs) } });
  await forgetOld(api.store);
  expect((await shown()).waiting).toBe(0);
  await turn();
  expect((await shown()).waiting).toBe(2);
});

test('an old change is no news, however late its document changes again', async () => {
  await turn();
  await changeSource();
  await change({ createdAt: new Date(0) });
  const at = new Date(Date.now() - 7.1 * dayMs);
  await api.store.accounts.model.updateMany({}, { $set: { 'livenessChanges.$[].at': at } });
  expect(await turn()).toMatchObject({ taken: 0 });
});

test('a store that was restored tells what happened since under the same ids', async () => {
  const { seenUntil } = await load();
  await changeSource();
  await turn();
  await api.store.notices.model.deleteMany({});
  await change({ seenUntil });
  await turn();
  expect(receiver.got).toHaveLength(2);
  expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
});

const counted = {
  notices: ['add', 'take', 'finish', 'putBack'],
  receivers: ['moveSeen', 'noteSent', 'noteFailure'],
};
const pick = <T extends object>(room: T, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, Reflect.get(room, name)])) as T;

/** A process that dies right after its nth write or request; gives whether it died. */
async function turnThatDies(dieAfter: number): Promise<boolean> {
  const process = dying({ store: api.store } as ActivityDeps, counted, dieAfter);
  const { receivers } = process.deps.store;
  // What only opens a secret is no step, and answers at once.
  const { urlOf, secretOf } = api.store.receivers;
  const steps = { ...receivers, ...pick(receivers, counted.receivers), urlOf, secretOf };
  const { post: rigged } = process.rig({ post }, ['post']);
  return turn({ store: { ...process.deps.store, receivers: steps }, post: rigged }).then(
    () => false,
    () => true,
  );
}

test.each([
  [200, 7],
  [500, 6],
])(
  'a process that dies after any of its writes, where the receiver answers %s, loses nothing, and repeats have the same id',
  async (status, steps) => {
    let deaths = 0;
    for (let isDead = true; isDead;) {
      await changeSource();
      Object.assign(receiver.answer, { status });
      isDead = await turnThatDies(deaths + 1);
      deaths += Number(isDead);
      Object.assign(receiver.answer, { status: 200 });
      await waitOut();
      await turn();
      expect(await shown()).toMatchObject({ waiting: 0, state: 'working' });
    }
    expect(deaths).toBe(steps);
    const codes = receiver.got.map(({ event }) => event.data['code']);
    expect(new Set(codes).size).toBe(deaths + 1);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(deaths + 1);
  },
);
