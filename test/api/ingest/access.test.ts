import { countAll, startApi, textMessage, useApi, wahaMessage, type ApiServer } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const extension = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const api = useApi({ corsOrigins: [extension] });
let numbers = 0;
const addAccount = () => api.addAccount({ phone: `+4930${String((numbers += 1) + 4_000_000)}` });

const preflight = (server: ApiServer, path: string, origin: string) =>
  server.send('OPTIONS', path, {
    token: null,
    headers: { origin, 'access-control-request-method': 'POST' },
  });

test('a configured extension may ask from its own origin, and nobody else', async () => {
  const path = '/api/v1/ingest/messages';
  const allowed = await preflight(api, path, extension);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(extension);
  expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  const other = await preflight(api, path, 'https://evil.example');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
  const { token } = await addAccount();
  const asked = await api.get('/api/v1/ingest/policy', { token, headers: { origin: extension } });
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, extension]);
  const refused = await api.get('/api/v1/ingest/policy', { token: 'x', headers: { origin: extension } });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, extension]);
  const admin = await preflight(api, '/api/v1/links', extension);
  expect(admin.headers.get('access-control-allow-origin')).toBeNull();
});

test('without configured origins no browser is answered', async () => {
  const closed = await startApi();
  const answer = await preflight(closed, '/api/v1/ingest/messages', extension);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, null]);
  await closed.stop();
});

test('strangers are slowed down, and silence no source: each account has a limit of its own', async () => {
  const limited = await startApi({ requestsPerMinute: 4, failuresPerMinute: 3 });
  const ask = (token: string | null) => limited.get('/api/v1/ingest/policy', { token });
  try {
    const one = await limited.addAccount({ phone: '+49301010101' });
    const other = await limited.addAccount({ phone: '+49301010102' });
    const hmacKey = 'a-key-of-sixteen-letters';
    const waha = await limited.addAccount({ kind: 'waha', phone: '+49301234567', settings: { hmacKey } });
    const strangers = [];
    for (let asked = 0; asked < 5; asked += 1) strangers.push((await ask('wrong')).status);
    expect(strangers).toEqual([401, 401, 401, 429, 429]);
    expect((await ask(null)).status).toBe(429);
    const forged = await limited.sendWaha(waha.id, 'another-key-of-sixteen', wahaMessage('3EB0D1'));
    expect([401, 429]).toContain(forged.status);
    expect((await limited.sendWaha(waha.id, hmacKey, wahaMessage('3EB0D2'))).status).toBe(200);
    const mine = [];
    for (let asked = 0; asked < 5; asked += 1) mine.push((await ask(one.token)).status);
    expect(mine).toEqual([200, 200, 200, 200, 429]);
    expect((await ask(other.token)).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

test('a stranger’s body is not read: the answer comes while it is still being sent', async () => {
  const before = await countAll(api);
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"messages":[')),
  });
  const answer = await fetch(`${api.url}/api/v1/ingest/messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer wrong', 'content-type': 'application/json' },
    body,
    duplex: 'half',
  });
  expect(answer.status).toBe(401);
  expect(await countAll(api)).toEqual(before);
});

test.each<[string, () => string | object, number]>([
  ['4 MB', () => ({ messages: [textMessage('3EB0E1', { raw: 'x'.repeat(4_000_000) })] }), 413],
  ['50,000 brackets', () => `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 422],
  ['no JSON', () => '{"messages":', 400],
])('a body of %s gets a clear answer, and stores nothing', async (_, make, status) => {
  const { token } = await addAccount();
  const before = await countAll(api);
  const made = make();
  const raw = typeof made === 'string' ? made : JSON.stringify(made);
  const answer = await api.send('POST', '/api/v1/ingest/messages', { token, raw });
  expect(answer.status).toBe(status);
  expect(await countAll(api)).toEqual(before);
});

test('50,000 brackets within a message spoil nothing of the request', async () => {
  const { token } = await addAccount();
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const good = JSON.stringify(textMessage('3EB0E2', { chatId: '491700300001@c.us', sender: null }));
  const odd = `{"id":"3EB0E3","chatId":"491700300001@c.us","timestamp":1727745026,"text":${deep}}`;
  const ignored = good.replace('3EB0E2', '3EB0E4').replace('{', `{"raw":${deep},"newer":${deep},`);
  const raw = `{"messages":[${good},${odd},${ignored}]}`;
  const answer = await api.send('POST', '/api/v1/ingest/messages', { token, raw });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ accepted: 2, rejected: [{ index: 1, code: 'bad_text' }] });
  expect((await api.get('/healthz')).status).toBe(200);
});

test.each(['$where', 'a.b', '__proto__', 'constructor', '../x'])(
  'the id %s is a clear answer, and names nothing',
  async (id) => {
    const { token } = await addAccount();
    const messages = [
      textMessage(id, { chatId: '491700300002@c.us', sender: null }),
      textMessage('3EB0F1', { chatId: id, sender: null }),
    ];
    const answer = await api.post('/api/v1/ingest/messages', { messages }, { token });
    expect(answer.status).toBe(200);
    const { accepted, rejected } = answer.body;
    expect(accepted + rejected.length).toBe(2);
    const status = await api.get(`/api/v1/ingest/chats/status?chatId=${encodeURIComponent(id)}`, { token });
    expect(status.body).toMatchObject({ isKnown: false, link: null });
  },
);

test('a clock two days ahead is refused by its time, and the rest of the delivery is taken', async () => {
  const { token } = await addAccount();
  const ahead = textMessage('3EB0F2', { timestamp: Math.floor(Date.now() / 1_000) + 2 * 86_400 });
  const answer = await api.post(
    '/api/v1/ingest/messages',
    { messages: [ahead, textMessage('3EB0F3')] },
    { token },
  );
  expect(answer.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'bad_timestamp' }] });
});

test('a client sees how its own chat is doing, and nothing of other accounts’ chats', async () => {
  const { store, portalId } = api;
  const [mine, other] = [await addAccount(), await addAccount()];
  const chatId = '491700300009@c.us';
  const ask = async (token: string) =>
    (await api.get(`/api/v1/ingest/chats/status?chatId=${chatId}`, { token })).body;
  expect(await ask(mine.token)).toEqual({ isKnown: false, isWanted: true, reason: null, link: null });
  await linkOne(store, portalId, await personWith(store, portalId, '+491700300009'), 9);
  const message = textMessage('3EB0F9', { chatId, sender: null, timestamp: Date.now() });
  await api.post('/api/v1/ingest/messages', { messages: [message] }, { token: mine.token });
  expect(await ask(mine.token)).toMatchObject({
    isKnown: true,
    link: { state: 'linked', needsAttention: false, waiting: 1, lastSyncAt: null },
  });
  expect(await ask(other.token)).toEqual({ isKnown: false, isWanted: true, reason: null, link: null });
  await api.send('PUT', `/api/v1/accounts/${mine.id}/policy`, { body: { excludeChats: ['+491700300009'] } });
  expect(await ask(mine.token)).toMatchObject({ isWanted: false, reason: 'excluded_chat' });
});
