import type { Probed } from '../../activities/deps';
import { judgeSources } from '../../activities/sources/judge-sources';
import { startSandboxGraph, type SandboxGraph } from '../../sandbox/meta/graph';
import { settings, runActivity } from '../scenes/delivery';
import { textMessage, useApi } from '../scenes/api';
import { opened } from '../scenes/opened';

const api = useApi();
const minuteMs = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * minuteMs);
let numbers = 0;
const addAccount = () => api.addAccount({ phone: `+4930${String((numbers += 1) + 1_000_000)}` });

/** One look of the sweep; gives the states it told. */
async function look(probed?: Probed | null): Promise<string[]> {
  const told: string[] = [];
  const deps = {
    ...{ store: api.store, settings, portalOf: () => Promise.reject(new Error('no portal here')) },
    ...{ onSource: (state: string) => void told.push(state) },
    ...(probed === undefined ? {} : { probeSource: () => Promise.resolve(probed) }),
  };
  await runActivity(() => judgeSources(deps, api.portalId), {});
  return told;
}

const livenessOf = async (id: string) => (await api.get(`/api/v1/accounts/${id}/liveness`)).body;
const beat = (token: string, state: string) => api.post('/api/v1/ingest/heartbeat', { state }, { token });
const gapsOf = async (id: string) => (await api.get(`/api/v1/accounts/${id}/gaps`)).body.items;
/** As if what is known of the account had been so earlier. */
const age = (_id: string, fields: Record<string, unknown>) =>
  api.store.accounts.model.updateOne({ _id }, { $set: fields });

afterEach(() => api.store.accounts.model.deleteMany({}));

test('nothing is said of a new account until something is known', async () => {
  const { id } = await addAccount();
  expect(await look()).toEqual([]);
  expect(await livenessOf(id)).toMatchObject({ liveness: null, changes: [] });
  await age(id, { createdAt: ago(7 * 24 * 60) });
  expect(await look()).toEqual(['quiet']);
  expect((await livenessOf(id)).liveness).toMatchObject({ state: 'quiet', code: 'nothing_yet' });
});

test('a heartbeat is judged at once, and the account shows what is to be done', async () => {
  const { id, token } = await addAccount();
  await beat(token, 'needs_qr');
  const { body } = await api.get(`/api/v1/accounts/${id}`);
  expect(body.liveness).toMatchObject({ state: 'needs-qr', code: 'scan_needed' });
  expect(body.liveness.advice).toContain('QR code');
  await beat(token, 'connected');
  expect((await livenessOf(id)).liveness).toMatchObject({ state: 'connected' });
  expect((await livenessOf(id)).changes).toMatchObject([{ state: 'connected' }, { state: 'needs-qr' }]);
  expect(await gapsOf(id)).toEqual([]);
});

test('a source that was logged out leaves a gap from its last sign of life until it is back', async () => {
  const { id, token } = await addAccount();
  await beat(token, 'connected');
  const heardAt = ago(40);
  await age(id, { sourceSince: ago(90), heartbeatAt: heardAt, wellAt: heardAt, lastEventAt: ago(50) });
  await beat(token, 'logged_out');
  expect(await look()).toEqual([]);
  await age(id, { sourceSince: ago(35) });
  expect(await look()).toEqual(['logged-out']);
  expect(await look()).toEqual([]);
  const [gap] = await gapsOf(id);
  expect(gap).toMatchObject({ reason: 'logged-out', to: null, closedAt: null });
  expect(new Date(gap.from)).toEqual(heardAt);

  await beat(token, 'connected');
  expect((await livenessOf(id)).liveness).toMatchObject({ state: 'connected' });
  const [ended] = await gapsOf(id);
  expect(ended).toMatchObject({ id: gap.id, closedAt: null });
  expect(new Date(ended.to).getTime()).toBeGreaterThan(Date.now() - minuteMs);
});

test('a gap is opened though the process died between the judgement and the gap', async () => {
  const { id, token } = await addAccount();
  await beat(token, 'connected');
  await age(id, { sourceState: 'logged_out', sourceSince: ago(5), heartbeatAt: ago(5), lastEventAt: ago(9) });
  const { gaps } = api.store;
  const open = jest.spyOn(gaps, 'open').mockRejectedValueOnce(new Error('died'));
  await look();
  expect(await gapsOf(id)).toEqual([]);
  open.mockRestore();
  await api.store.asides.model.deleteMany({});
  expect(await look()).toEqual([]);
  expect(await gapsOf(id)).toMatchObject([{ reason: 'logged-out', to: null }]);
});

test('a source that does not answer is unreachable, one that refuses our key blocked', async () => {
  const { id, token } = await addAccount();
  await beat(token, 'connected');
  await age(id, { lastEventAt: ago(30) });
  expect(await look({ outcome: 'no-answer', word: null })).toEqual([]);
  await age(id, { probe: { outcome: 'no-answer', since: ago(3), at: ago(1) } });
  expect(await look({ outcome: 'no-answer', word: null })).toEqual(['unreachable']);
  expect((await livenessOf(id)).liveness).toMatchObject({ code: 'no_answer' });
  expect(await gapsOf(id)).toMatchObject([{ reason: 'unreachable', to: null }]);

  expect(await look({ outcome: 'refused', word: null })).toEqual(['blocked']);
  expect((await livenessOf(id)).liveness).toMatchObject({ code: 'key_refused' });

  expect(await look({ outcome: 'answered', word: 'WORKING' })).toEqual(['connected']);
  expect(await gapsOf(id)).toMatchObject([{ reason: 'unreachable', to: expect.any(String) }]);
});

test('a number that is silent for longer than it was told to be is quiet, and no gap is claimed', async () => {
  const { id, token } = await addAccount();
  await api.post('/api/v1/ingest/messages', { messages: [textMessage('3EB0A1')] }, { token });
  expect(await look()).toEqual(['connected']);
  await age(id, { lastEventAt: ago(10) });
  const set = { quietAfterMinutes: 5, countNights: true };
  const answer = await api.send('PUT', `/api/v1/accounts/${id}/liveness`, { body: set });
  expect(answer.body).toMatchObject({ settings: set, liveness: { state: 'quiet', code: 'quiet_too_long' } });
  expect(await gapsOf(id)).toEqual([]);
  await api.post('/api/v1/ingest/messages', { messages: [textMessage('3EB0A2')] }, { token });
  expect(await look()).toEqual(['connected']);
  const bad = { quietAfterMinutes: 0, countNights: true };
  expect((await api.send('PUT', `/api/v1/accounts/${id}/liveness`, { body: bad })).status).toBe(422);
});

test('a client whose heartbeats stop is told of by day', async () => {
  const { id, token } = await addAccount();
  await beat(token, 'connected');
  await api.send('PUT', `/api/v1/accounts/${id}/liveness`, {
    body: { quietAfterMinutes: 'usual', countNights: true },
  });
  await age(id, { sourceSince: ago(60), heartbeatAt: ago(16) });
  expect(await look()).toEqual(['unreachable']);
  expect((await livenessOf(id)).liveness).toMatchObject({ code: 'no_heartbeat' });
});

test('a change is an event on the stream, and a line of the log without anything personal', async () => {
  const { id, token } = await addAccount();
  const controller = new AbortController();
  const stream = await fetch(`${api.url}/api/v1/events`, {
    headers: { authorization: 'Bearer the-administrators-token-1' },
    signal: controller.signal,
  });
  await beat(token, 'blocked');
  let said = '';
  const decoder = new TextDecoder();
  for await (const part of stream.body ?? []) {
    said += decoder.decode(part as Uint8Array);
    if (said.includes(id) && said.includes('"liveness":"blocked"')) break;
  }
  controller.abort();
  expect(api.log()).toContain('"now":"number_blocked"');
  expect(api.log()).not.toContain('4930');
});

test('two processes that judge at once write one change', async () => {
  const { id, token } = await addAccount();
  await beat(token, 'connected');
  await age(id, { sourceState: 'STOPPED', sourceSince: ago(5), heartbeatAt: ago(5) });
  const told = await Promise.all([look(), look(), look()]);
  expect(told.flat()).toEqual(['unreachable']);
  expect((await livenessOf(id)).changes.map(({ state }: { state: string }) => state)).toEqual([
    'unreachable',
    'connected',
  ]);
});

const graph: SandboxGraph = opened(
  () => startSandboxGraph(),
  (running) => running.stop(),
);

/** A number at Meta that the sweep has seen well. */
async function addMeta(): Promise<string> {
  const settings = {
    ...{ appSecret: 'the-secret-of-the-app-0123456789', accessToken: graph.token },
    ...{ phoneNumberId: '106540352242922', graphUrl: graph.url },
  };
  const { id } = await api.addAccount({ kind: 'meta', phone: '+49 30 111222', settings });
  expect(await look()).toEqual(['connected']);
  return id;
}

test('a token that Meta ended blocks the number, and what to do is of Meta: nothing is to be scanned', async () => {
  const id = await addMeta();
  graph.setFaults([{ kind: 'refuse', path: '', times: -1, status: 401, code: 190 }]);
  expect(await look()).toEqual([]);
  await age(id, { probe: { outcome: 'refused', since: ago(3), at: ago(1) } });
  expect(await look()).toEqual(['blocked']);
  const { liveness } = await livenessOf(id);
  expect(liveness).toMatchObject({ state: 'blocked', code: 'key_refused' });
  expect(liveness.advice).toMatch(/Meta refuses the access token.*system user/);
  expect(await gapsOf(id)).toEqual([]);
  graph.setFaults([]);
  expect(await look()).toEqual(['connected']);

  graph.setStatus('DISCONNECTED');
  expect(await look()).toEqual([]);
  await age(id, { sourceSince: ago(5), lastEventAt: ago(30) });
  expect(await look()).toEqual(['logged-out']);
  const { advice } = (await livenessOf(id)).liveness;
  expect(advice).toContain('WhatsApp Manager');
  expect(advice).not.toContain('QR');
  graph.setStatus('CONNECTED');
});

test('a Meta that does not answer changes nothing at first, and is told when it lasts', async () => {
  const id = await addMeta();
  graph.setFaults([{ kind: 'down', path: '', times: -1 }]);
  expect(await look()).toEqual([]);
  expect((await livenessOf(id)).liveness).toMatchObject({ state: 'connected' });
  await age(id, { probe: { outcome: 'no-answer', since: ago(3), at: ago(1) }, lastEventAt: ago(30) });
  expect(await look()).toEqual(['unreachable']);
  const { liveness } = await livenessOf(id);
  expect(liveness.code).toBe('no_answer');
  expect(liveness.advice).toContain('graph.facebook.com');
  graph.setFaults([]);
  expect(await look()).toEqual(['connected']);
  expect(await gapsOf(id)).toMatchObject([{ reason: 'unreachable', to: expect.any(String) }]);
});
