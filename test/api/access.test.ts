import { adminToken, countAll, startApi, textMessage, useApi } from '../scenes/api';

const api = useApi();

test('without a token, and with a wrong one, nothing is answered but 401', async () => {
  const before = await countAll(api);
  const missing = await api.get('/api/v1/links', { token: null });
  expect([missing.status, missing.body.code]).toEqual([401, 'missing_token']);
  expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer/);
  for (const token of ['wrong', `${adminToken}x`, adminToken.slice(0, -1)]) {
    const wrong = await api.post('/api/v1/links', { phone: '+491701234567' }, { token });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'bad_token']);
    expect(wrong.headers.get('www-authenticate')).toContain('invalid_token');
  }
  const basic = await api.get('/api/v1/links', { token: null, headers: { authorization: 'Basic YTpi' } });
  expect(basic.status).toBe(401);
  expect(await countAll(api)).toEqual(before);
});

test('each kind of token opens its own calls only', async () => {
  const { token } = await api.addAccount({ phone: '+4930111' + '2222' });
  const admin = await api.get('/api/v1/links', { token });
  expect([admin.status, admin.body.code]).toEqual([403, 'wrong_token_kind']);
  const ingest = await api.get('/api/v1/ingest/policy');
  expect([ingest.status, ingest.body.code]).toEqual([403, 'wrong_token_kind']);
  const wrong = await api.get('/api/v1/ingest/policy', { token: 'wrong' });
  expect([wrong.status, wrong.body.code]).toEqual([401, 'bad_token']);
  expect((await api.get('/api/v1/ingest/policy', { token })).status).toBe(200);
});

test('a new token ends the old one', async () => {
  const { id, token } = await api.addAccount({ phone: '+49301113333' });
  const renewed = await api.post(`/api/v1/accounts/${id}/token`, {});
  expect(renewed.status).toBe(200);
  expect((await api.get('/api/v1/ingest/policy', { token })).status).toBe(401);
  expect((await api.get('/api/v1/ingest/policy', { token: renewed.body.token })).status).toBe(200);
});

test('an account of WAHA needs its key, which is never shown, and has no token', async () => {
  const phone = '+49301114444';
  const body = { kind: 'waha', phone, name: 'Sales' };
  const without = await api.post('/api/v1/accounts', body);
  expect(without.status).toBe(422);
  expect(without.body.errors).toMatchObject([{ field: 'settings.hmacKey' }]);
  const short = await api.post('/api/v1/accounts', { ...body, settings: { hmacKey: 'short' } });
  expect(short.body.errors).toMatchObject([{ field: 'settings.hmacKey' }]);
  const odd = await api.post('/api/v1/accounts', {
    ...body,
    settings: { hmacKey: 'x'.repeat(16), url: 'y' },
  });
  expect(odd.body.errors).toMatchObject([{ field: 'settings.url' }]);
  const hmacKey = 'the-key-that-is-secret';
  const made = await api.post('/api/v1/accounts', { ...body, settings: { hmacKey } });
  expect(made.status).toBe(201);
  const { account, token } = made.body;
  expect(token).toBeNull();
  expect(account).toMatchObject({ kind: 'waha', phone, webhookPath: `/hooks/waha/${account.id}` });
  const listed = await api.get('/api/v1/accounts');
  expect(JSON.stringify([made.body, listed.body])).not.toContain(hmacKey);
  const noToken = await api.post(`/api/v1/accounts/${account.id}/token`, {});
  expect([noToken.status, noToken.body.code]).toEqual([409, 'no_token_for_kind']);
});

test('an account exists once, and is of a kind that there is', async () => {
  const body = { kind: 'ingest', phone: '+49301115555', name: 'Sales' };
  expect((await api.post('/api/v1/accounts', body)).status).toBe(201);
  const again = await api.post('/api/v1/accounts', { ...body, phone: '0049 30 111 5555' });
  expect([again.status, again.body.code]).toEqual([409, 'account_exists']);
  const odd = await api.post('/api/v1/accounts', { ...body, kind: 'fax' });
  expect([odd.status, odd.body.errors[0].field]).toEqual([422, 'kind']);
  const settings = await api.post('/api/v1/accounts', { ...body, settings: { a: 1 } });
  expect([settings.status, settings.body.errors[0].field]).toEqual([422, 'settings.a']);
  const phone = await api.post('/api/v1/accounts', { ...body, phone: 'none' });
  expect([phone.status, phone.body.code]).toEqual([422, 'bad_phone']);
});

test('bodies that cannot be read are refused and change nothing', async () => {
  const before = await countAll(api);
  const malformed = await api.send('POST', '/api/v1/links', { raw: '{"phone": ' });
  expect([malformed.status, malformed.body.code]).toEqual([400, 'malformed_json']);
  const text = await api.send('POST', '/api/v1/links', {
    raw: 'phone=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect([text.status, text.body.code]).toEqual([415, 'unsupported_media_type']);
  const large = await api.post('/api/v1/links', { name: 'x'.repeat(2 * 1024 * 1024) });
  expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
  const none = await api.send('POST', '/api/v1/links');
  expect([none.status, none.body.code]).toEqual([422, 'invalid_request']);
  const path = await api.get('/api/v1/links/%E0%A4%A');
  expect(path.status).toBe(400);
  for (const answer of [malformed, text, large, none, path]) {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: answer.status, title: expect.any(String) });
  }
  expect(await countAll(api)).toEqual(before);
});

test('too many requests get a 429 with the time to wait', async () => {
  const limited = await startApi({ requestsPerMinute: 3 });
  try {
    for (let sent = 0; sent < 3; sent += 1) expect((await limited.get('/api/v1/links')).status).toBe(200);
    const answer = await limited.get('/api/v1/links');
    expect([answer.status, answer.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.get('/healthz')).status).toBe(200);
  } finally {
    await limited.stop();
  }
});

test('health needs no token, and whoever has one sees what is missing and the metrics', async () => {
  expect((await api.get('/healthz', { token: null })).body).toEqual({ status: 'ok' });
  const ready = await api.get('/readyz');
  const parts = { mongodb: 'up', temporal: 'up', worker: expect.any(String), portals: 'up' };
  expect([ready.status, ready.body]).toEqual([200, { status: 'ready', missing: [], parts }]);
  const metrics = await api.get('/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.body).toContain('http_requests_total{route="/healthz",status="200"}');
  expect(metrics.body).toContain('\nstate_figures_up 1\n');
});

test('the description names every call and the page serves itself', async () => {
  const { body } = await api.get('/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/links',
      '/api/v1/links/{linkId}/status',
      '/api/v1/ingest/messages',
      '/hooks/waha/{accountId}',
    ]),
  );
  expect(body.components.schemas).toHaveProperty('Problem');
  const page = await api.get('/api/docs');
  expect(page.status).toBe(200);
  expect(page.body).not.toMatch(/<script>[^<]/);
  for (const [, asset] of page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    expect((await api.get(asset)).status).toBe(200);
  }
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(page.headers.get('x-powered-by')).toBeNull();
});

test('log, metrics and problems hold no phone, name or text', async () => {
  const [phone, name, text] = ['+491709876543', 'Planted Name', 'planted-text'];
  const { token } = await api.addAccount({ phone: '+49301116666', name });
  await api.post(
    '/api/v1/ingest/messages',
    {
      messages: [
        textMessage('3EB0AAAA', { chatId: '491709876543@c.us', sender: { name }, text }),
        textMessage('3EB0BBBB', { chatId: '491709876543@c.us', timestamp: text, text }),
      ],
    },
    { token },
  );
  await api.post('/api/v1/links', { phone, name });
  const problems = [
    await api.post('/api/v1/links', { phone: `${phone}${phone}`, name }),
    await api.post('/api/v1/links', { phone, name, [text]: 1 }),
    await api.get(`/api/v1/links?q=${name}&limit=${text}`),
    await api.get(`/api/v1/crm/contacts?q=${name}`),
  ];
  expect(problems.map(({ status }) => status)).toEqual([422, 422, 422, 500]);
  const metrics = (await api.get('/metrics')).body;
  const told = [
    api.log(),
    metrics,
    ...problems.filter((_, at) => at !== 1).map(({ body }) => JSON.stringify(body)),
  ];
  for (const said of told) {
    for (const secret of ['9876543', name, text, token, adminToken]) expect(said).not.toContain(secret);
  }
  expect(api.log()).toContain('request failed');
});
