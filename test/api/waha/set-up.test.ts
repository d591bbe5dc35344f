import { startSandboxWaha, type SandboxWaha } from '../../../sandbox/waha/waha';
import { waitUntil } from '../../../local/ports';
import { startApi, type ApiServer } from '../../scenes/api';
import { opened } from '../../scenes/opened';

const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1, retryScale: 0.0001 }),
  (server) => server.stop(),
  'test',
);
const api = opened<ApiServer>(startApi, (server) => server.stop());

let next = 0;
const until = (isSo: () => Promise<boolean> | boolean, what: string) =>
  waitUntil(async () => isSo(), { what, limitMs: 20_000 });
const untilStatus = (status: string) => until(() => waha.session().status === status, status);

interface Made {
  id: string;
  digits: string;
  hmacKey: string;
}

async function make(settings: object = {}): Promise<Made> {
  const digits = `49301110${String((next += 1)).padStart(3, '0')}`;
  const given = { baseUrl: waha.url, apiKey: waha.apiKey, callbackUrl: api.url, ...settings };
  const body = { kind: 'waha', phone: `+${digits}`, name: 'Sales', settings: given };
  const made = await api.post('/api/v1/accounts', body);
  expect(made.status).toBe(201);
  expect(made.body.token).toBeNull();
  return { id: made.body.account.id, digits, hmacKey: made.body.hmacKey };
}

const at = ({ id }: Made, path = '') => `/api/v1/accounts/${id}${path}`;
const setUp = (made: Made) => api.post(at(made, '/set-up'), {});
const pointsOf = ({ body }: { body: { points: { code: string; ok: boolean }[] } }) =>
  Object.fromEntries(body.points.map(({ code, ok }) => [code, ok]));

/** An account whose session works. */
async function makeScanned(settings: object = {}): Promise<Made> {
  const made = await make(settings);
  await setUp(made);
  await untilStatus('SCAN_QR_CODE');
  waha.scan({ phone: made.digits });
  await waha.hooksDone();
  return made;
}

const say = (text: string) => waha.say({ chatId: '491701234567@c.us', text, name: 'Ana' });
const countText = (text: string) => api.store.messages.model.countDocuments({ 'versions.text': text }).exec();
const mismatchOf = async (made: Made) => (await api.get(at(made))).body.mismatch?.code ?? null;

test('an account is set up, scanned by its code and takes what WAHA delivers, without a key in any answer', async () => {
  const made = await make();
  expect(made.hmacKey.length).toBeGreaterThan(30);
  expect(pointsOf(await api.get(at(made, '/check')))).toEqual({ answers: true, key: true, session: false });
  await setUp(made);
  await untilStatus('SCAN_QR_CODE');
  const waiting = await api.get(at(made, '/check'));
  expect(waiting.body).toMatchObject({ ok: false, state: 'SCAN_QR_CODE' });
  expect(pointsOf(waiting)).toMatchObject({ webhook: true, state: false, history: true });
  const code = await fetch(api.url + at(made, '/qr'), {
    headers: { authorization: 'Bearer the-administrators-token-1' },
  });
  expect([code.status, code.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(
    Buffer.from(await code.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  waha.scan({ phone: made.digits });
  say('hello from the stand-in');
  await waha.hooksDone();
  expect(await countText('hello from the stand-in')).toBe(1);
  const checked = await api.get(at(made, '/check'));
  expect(checked.body).toMatchObject({ ok: true, state: 'WORKING' });
  const late = await api.get(at(made, '/qr'));
  expect([late.status, late.body.code]).toEqual([409, 'source_state']);
  const shown = await api.get(at(made));
  expect(shown.body).toMatchObject({ sourceState: 'WORKING', waha: { session: 'default', hasApiKey: true } });
  const said =
    JSON.stringify([shown.body, checked.body, (await api.get('/api/v1/accounts')).body]) + api.log();
  for (const secret of [made.hmacKey, waha.apiKey ?? '']) expect(said).not.toContain(secret);
});

test('a set-up that is right already changes nothing, and what others configured stays', async () => {
  const made = await makeScanned();
  const { config } = waha.session();
  const others = { url: 'http://others.example/', events: ['message'] };
  config.webhooks?.unshift(others);
  config['proxy'] = { server: 'proxy:3128' };
  const restarts = () => waha.session().statuses.length;
  const before = [JSON.stringify(config), restarts()];
  expect((await setUp(made)).body.ok).toBe(true);
  expect([JSON.stringify(waha.session().config), restarts()]).toEqual(before);
  waha.session().config.webhooks?.pop();
  await setUp(made);
  expect(waha.session().config).toMatchObject({ proxy: { server: 'proxy:3128' } });
  expect(waha.session().config.webhooks?.map(({ url }) => url)).toEqual([
    others.url,
    `${api.url}/hooks/waha/${made.id}`,
  ]);
});

test('a session that stopped or failed is started by the set-up', async () => {
  const made = await makeScanned();
  for (const status of ['STOPPED', 'FAILED'] as const) {
    waha.setStatus(status);
    expect(pointsOf(await api.get(at(made, '/check')))).toMatchObject({ state: false });
    await setUp(made);
    await untilStatus('WORKING');
  }
});

test('a session is stopped, started and logged out through us', async () => {
  const made = await makeScanned();
  const act = (action: string) => api.post(at(made, '/session'), { action });
  expect((await act('stop')).body.state).toBe('STOPPED');
  await act('start');
  await untilStatus('WORKING');
  await act('log-out');
  await untilStatus('SCAN_QR_CODE');
  expect((await act('explode')).status).toBe(422);
});

test('a WAHA that is away, refuses the key or is none is said in words, and the account is kept', async () => {
  const made = await make({ apiKey: 'not-the-key' });
  const refused = await setUp(made);
  expect(pointsOf(refused)).toEqual({ answers: true, key: false });
  expect(refused.body.points[1].text).toMatch(/API key/);
  expect((await api.get(at(made, '/qr'))).body.code).toBe('source_refused');
  const away = await make({ baseUrl: 'http://127.0.0.1:9' });
  expect(pointsOf(await setUp(away))).toEqual({ answers: false });
  const answer = await api.get(at(away, '/qr'));
  expect([answer.status, answer.body.code]).toEqual([503, 'source_unavailable']);
  waha.setFaults([{ kind: 'garbage', times: -1 }]);
  expect(pointsOf(await api.get(at(made, '/check')))).toEqual({ answers: false });
});

test('nobody is told where WAHA reaches us: the check says it, and WAHA is not touched', async () => {
  const made = await make({ callbackUrl: undefined });
  await setUp(made);
  expect(pointsOf(await api.get(at(made, '/check')))).toMatchObject({ session: false });
  expect(() => waha.session()).toThrow();
});

test('a delivery of another session or number is refused with its code, and told until one is ours', async () => {
  const made = await makeScanned();
  for (const [kind, code] of [
    ['wrongSession', 'wrong_session'],
    ['wrongNumber', 'wrong_number'],
  ] as const) {
    waha.setFaults([{ kind, times: 1 }]);
    const text = `not ours: ${code}`;
    waha.say({ chatId: '491701234567@c.us', text, fromMe: true });
    await waha.hooksDone();
    expect(await countText(text)).toBe(0);
    expect(await mismatchOf(made)).toBe(code);
    expect(waha.counts()['hook message.any 409']).toBeGreaterThan(0);
    expect(pointsOf(await api.get(at(made, '/check')))).toMatchObject({ deliveries: false });
    say(`ours after ${code}`);
    await waha.hooksDone();
    expect(await mismatchOf(made)).toBeNull();
  }
});

test('a session that was scanned with another number is told, and nothing of it is taken', async () => {
  const made = await make();
  await setUp(made);
  await untilStatus('SCAN_QR_CODE');
  waha.scan({ phone: '4930999000111' });
  say('a stranger’s words');
  await waha.hooksDone();
  expect(await countText('a stranger’s words')).toBe(0);
  expect(pointsOf(await api.get(at(made, '/check')))).toMatchObject({ number: false, deliveries: false });
  expect(await mismatchOf(made)).toBe('wrong_number');
});

test('the same subscriber in the other writing of Brazil is the account’s own', async () => {
  const body = { kind: 'waha', phone: '+5585991203123', name: 'BR' };
  const settings = { baseUrl: waha.url, apiKey: waha.apiKey, callbackUrl: api.url };
  const made = await api.post('/api/v1/accounts', { ...body, settings });
  const { id } = made.body.account;
  await api.post(`/api/v1/accounts/${id}/set-up`, {});
  await untilStatus('SCAN_QR_CODE');
  waha.scan({ phone: '558591203123' });
  await waha.hooksDone();
  expect(pointsOf(await api.get(`/api/v1/accounts/${id}/check`))).toMatchObject({ number: true });
});

test('events that come twice, and webhooks that got lost on the way and are sent again, are one message', async () => {
  const made = await makeScanned();
  waha.setFaults([{ kind: 'doubleHook', times: -1 }]);
  say('said twice');
  await waha.hooksDone();
  expect(await countText('said twice')).toBe(1);
  expect((await api.get(at(made))).body.mismatch).toBeNull();
});

test('an old webhook that is sent again changes no state', async () => {
  const made = await makeScanned();
  const shown = async () => {
    const { sourceState, heartbeatAt, lastEventAt } = (await api.get(at(made))).body;
    return { sourceState, heartbeatAt, lastEventAt };
  };
  const event = (status: string, timestamp: number) => ({
    ...{ event: 'session.status', session: 'default', timestamp, payload: { status } },
  });
  const now = Date.now();
  const failed = event('FAILED', now + 1);
  await api.sendWaha(made.id, made.hmacKey, failed);
  await api.sendWaha(made.id, made.hmacKey, event('WORKING', now + 2));
  await until(() => Date.now() > now + 2_500, 'time has passed');
  const before = await shown();
  expect(before.sourceState).toBe('WORKING');
  expect((await api.sendWaha(made.id, made.hmacKey, failed)).status).toBe(200);
  expect(await shown()).toEqual(before);
  const unknown = event('BRAND_NEW_STATE', now + 3);
  expect((await api.sendWaha(made.id, made.hmacKey, unknown)).status).toBe(200);
  expect(await shown()).toEqual(before);
});

test('a body is not read before the account and a signature are there', async () => {
  const made = await make();
  const raw = 'x'.repeat(6 * 1024 * 1024);
  const unsigned = await api.send('POST', `/hooks/waha/${made.id}`, { token: null, raw });
  expect(unsigned.status).toBe(401);
  const signature = { 'x-webhook-hmac': 'ab'.repeat(64), 'x-webhook-hmac-algorithm': 'sha512' };
  const nobody = '0123456789abcdef01234567';
  const unknown = await api.send('POST', `/hooks/waha/${nobody}`, { token: null, raw, headers: signature });
  expect(unknown.status).toBe(404);
});

test('keys are renewed without a delivery refused, and the old one ends a day after the new one is seen', async () => {
  const made = await makeScanned();
  const event = (text: string) => ({
    ...{ event: 'message.any', session: 'default', timestamp: Date.now() },
    payload: {
      id: `false_491701234567@c.us_3EB0${text.length}`,
      timestamp: 1_790_000_000,
      from: '491701234567@c.us',
      body: text,
    },
  });
  waha.setFaults([{ kind: 'down', only: '/api/sessions', times: -1 }]);
  const first = await api.post(at(made, '/hmac-key'), {});
  expect(first.body).toMatchObject({ told: false });
  say('signed with the old key');
  await waha.hooksDone();
  expect(await countText('signed with the old key')).toBe(1);
  waha.setFaults([]);
  const second = await api.post(at(made, '/hmac-key'), {});
  expect(second.body).toMatchObject({ told: true });
  await untilStatus('WORKING');
  say('signed with the new key');
  await waha.hooksDone();
  expect(await countText('signed with the new key')).toBe(1);
  expect((await api.sendWaha(made.id, made.hmacKey, event('late'))).status).toBe(200);
  const { formerKeys } = await api.store.accounts
    .load(made.id)
    .then((account) => account ?? { formerKeys: [] });
  expect(formerKeys).toHaveLength(2);
  for (const { until: end } of formerKeys ?? []) {
    expect(Math.abs((end?.getTime() ?? 0) - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000);
  }
  await api.store.accounts.model.updateOne(
    { _id: made.id },
    { $set: { 'formerKeys.$[].until': new Date(0) } },
  );
  expect((await api.sendWaha(made.id, made.hmacKey, event('too late'))).body.code).toBe('bad_signature');
  expect((await api.sendWaha(made.id, second.body.hmacKey, event('in time'))).status).toBe(200);
});

test('settings are changed one by one; a key that WAHA refuses does not replace one that works', async () => {
  const made = await makeScanned();
  const patch = (body: object) => api.send('PATCH', at(made), { body });
  const renamed = await patch({
    name: 'Support',
    settings: { callbackUrl: 'http://host.docker.internal:3000/' },
  });
  expect(renamed.body).toMatchObject({
    name: 'Support',
    webhookUrl: `http://host.docker.internal:3000/hooks/waha/${made.id}`,
    waha: { baseUrl: waha.url, hasApiKey: true },
  });
  const refused = await patch({ settings: { apiKey: 'wrong' } });
  expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'settings.apiKey']);
  expect(pointsOf(await api.get(at(made, '/check')))).toMatchObject({ key: true, webhook: false });
  for (const settings of [
    { baseUrl: 'ftp://x' },
    { baseUrl: 'http://u:p@x' },
    { session: '../x' },
    { odd: 1 },
  ]) {
    const answer = await patch({ settings });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
  }
});

test('a removed account takes nothing more and is out of WAHA; added again it is itself', async () => {
  const made = await makeScanned();
  expect((await api.send('DELETE', at(made))).body).toEqual({ webhookRemoved: true });
  expect(waha.session().config.webhooks).toEqual([]);
  expect((await api.get(at(made))).status).toBe(404);
  const event = { event: 'message.any', session: 'default', payload: {} };
  expect((await api.sendWaha(made.id, made.hmacKey, event)).status).toBe(404);
  const body = {
    kind: 'waha',
    phone: `+${made.digits}`,
    name: 'Back',
    settings: { hmacKey: 'typed by somebody' },
  };
  expect((await api.post('/api/v1/accounts', body)).body.account.id).toBe(made.id);
});
