import { startApi, useApi, wahaMessage, type ApiServer } from '../../scenes/api';
import { logInUser } from '../../scenes/browser';

const api = useApi({ requestsPerMinute: 5, failuresPerMinute: 4, trustedProxies: ['127.0.0.1'] });
const hmacKey = 'a-key-of-sixteen-letters';

/** Through a proxy: as the address that it says it was asked by. */
const from = (address: string, token: string | null) => ({ token, headers: { 'x-forwarded-for': address } });

async function ask(times: number, send: () => Promise<{ status: number }>): Promise<number[]> {
  const statuses = [];
  for (let asked = 0; asked < times; asked += 1) statuses.push((await send()).status);
  return statuses;
}

const addWaha = (server: ApiServer, phone: string) =>
  server.addAccount({ kind: 'waha', phone, settings: { hmacKey } });

test('a stranger’s failures count for its own address, where the proxy is trusted', async () => {
  const fail = (address: string) => ask(6, () => api.get('/api/v1/links', from(address, 'wrong')));
  expect(await fail('203.0.113.7')).toEqual([401, 401, 401, 401, 429, 429]);
  expect(await fail('203.0.113.8')).toEqual([401, 401, 401, 401, 429, 429]);
  expect(await fail('::ffff:203.0.113.8')).toEqual([429, 429, 429, 429, 429, 429]);
});

test('failures at the door, behind a log-in and at the hooks fill one bucket', async () => {
  const address = from('203.0.113.20', null);
  const tried = [
    await api.get('/api/v1/links', address),
    await api.post('/api/v1/log-in', { code: 'guessed' }, address),
    await api.get('/metrics', address),
    await api.post('/hooks/waha/000000000000000000000000', {}, address),
    await api.post('/api/v1/log-in', { code: 'guessed' }, address),
    await api.get('/api/v1/ingest/policy', address),
  ];
  expect(tried.map(({ status }) => status)).toEqual([401, 401, 401, 404, 429, 429]);
});

test('users and tokens have a limit each, wherever they ask from', async () => {
  const [viewer, agent] = [await logInUser(api, 'viewer'), await logInUser(api, 'agent')];
  expect(await ask(6, () => viewer.send('GET', '/me'))).toEqual([200, 200, 200, 200, 200, 429]);
  expect((await agent.send('GET', '/me')).status).toBe(200);
});

test('without a trusted proxy its word is not believed, and still no stranger silences a source or a person', async () => {
  const behind = await startApi({ failuresPerMinute: 3 });
  try {
    const { id } = await addWaha(behind, '+49301234567');
    let asked = 0;
    const fail = () => behind.get('/api/v1/links', from(`203.0.113.${(asked += 1)}`, 'wrong'));
    expect(await ask(6, fail)).toEqual([401, 401, 401, 429, 429, 429]);
    expect((await behind.sendWaha(id, hmacKey, wahaMessage('3EB0A1'))).status).toBe(200);
    expect((await behind.get('/api/v1/links')).status).toBe(200);
  } finally {
    await behind.stop();
  }
});

test('a wrong secret is logged with the network that it came from, and without the secret', async () => {
  await api.get('/api/v1/links', from('198.51.100.23', 'a-planted-wrong-token'));
  await api.post('/api/v1/log-in', { code: 'a-planted-code' }, from('2001:db8:12:34::9', null));
  const lines = api
    .log()
    .split('\n')
    .filter((line) => line.includes('not let in'));
  expect(lines.map((line) => JSON.parse(line) as { problem: string; from: string })).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ problem: 'bad_token', from: '198.51.100.x' }),
      expect.objectContaining({ problem: 'log_in_code_used', from: '2001:db8:12::x' }),
    ]),
  );
  for (const hidden of ['planted', '198.51.100.23', '12:34']) expect(api.log()).not.toContain(hidden);
});

test('metrics, docs and what is missing are for those who are known, unless they are public pages', async () => {
  const shown = async (server: ApiServer, token: string | null) => {
    const ask = from('203.0.113.40', token);
    const paths = ['/metrics', '/api/docs', '/api/openapi.json', '/api/docs/start.js'];
    const statuses = await Promise.all(paths.map(async (path) => (await server.get(path, ask)).status));
    return [...statuses, Object.keys((await server.get('/readyz', ask)).body as object)];
  };
  const open = await startApi({ publicPages: ['metrics', 'docs', 'readiness'] });
  const closed = await startApi();
  try {
    const all = [200, 200, 200, 200, ['status', 'missing', 'parts']];
    expect(await shown(closed, null)).toEqual([401, 401, 401, 401, ['status']]);
    expect(await shown(closed, undefined as never)).toEqual(all);
    expect(await shown(open, null)).toEqual(all);
  } finally {
    await Promise.all([open.stop(), closed.stop()]);
  }
});

test('nothing of the API is kept by a browser or a proxy, refusals neither', async () => {
  const answers = [
    await api.get('/api/v1/links', from('203.0.113.60', undefined as never)),
    await api.get('/api/v1/links', from('203.0.113.60', 'wrong')),
    await api.get('/api/v1/nothing', from('203.0.113.60', null)),
  ];
  expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(Array(3).fill('no-store'));
});

test('of a stranger’s JSON only a little is read, and no body nests without end', async () => {
  const open = await startApi();
  try {
    const long = await open.post('/api/v1/log-in', { code: 'x'.repeat(5_000) }, { token: null });
    expect([long.status, long.body.code]).toEqual([413, 'body_too_large']);
    const raw = `{"phone":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    const deep = await open.send('POST', '/api/v1/links', { raw });
    expect([deep.status, deep.body.code]).toEqual([400, 'malformed_json']);
  } finally {
    await open.stop();
  }
});
