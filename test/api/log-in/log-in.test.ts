import { useApi, startApi } from '../../scenes/api';
import { cookieOf, createBrowser, logInAdministrator, logInUser, openLink } from '../../scenes/browser';

const api = useApi();

test('a link logs in once, and its session may all without a token', async () => {
  const made = await api.send('POST', '/api/v1/log-in-links');
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ path: expect.stringMatching(/^\/log-in#[\w-]{43}$/), url: null });
  const first = await openLink(api, made.body.path);
  expect([first.status, first.body]).toEqual([
    200,
    { kind: 'administrator', id: null, name: 'Administrator', role: 'admin' },
  ]);
  const setCookie = first.headers.get('set-cookie');
  expect(setCookie).toMatch(
    /^contact_link_[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=/,
  );
  expect(setCookie).not.toContain('Secure');
  const again = await openLink(api, made.body.path);
  expect([again.status, again.body.code]).toEqual([401, 'log_in_code_used']);
  const browser = createBrowser(api, cookieOf(first));
  expect((await browser.send('GET', '/me')).body.role).toBe('admin');
  expect((await browser.send('GET', '/tokens')).status).toBe(200);
});

test('of many who open a link at once, one is logged in', async () => {
  const { body } = await api.send('POST', '/api/v1/log-in-links');
  const answers = await Promise.all(Array.from({ length: 8 }, () => openLink(api, body.path)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(401)]);
});

test('a new link ends the one before; one that is over logs nobody in', async () => {
  const before = await api.send('POST', '/api/v1/log-in-links');
  const made = await api.send('POST', '/api/v1/log-in-links');
  expect((await openLink(api, before.body.path)).status).toBe(401);
  await api.store.logInCodes.model.updateMany({}, { expiresAt: new Date(Date.now() - 1) });
  expect((await openLink(api, made.body.path)).body.code).toBe('log_in_code_used');
});

test('the database holds no secret of links, sessions and tokens', async () => {
  const { body } = await api.send('POST', '/api/v1/log-in-links');
  const { cookie } = await logInUser(api, 'viewer');
  const { body: made } = await api.post('/api/v1/tokens', { name: 'report', role: 'viewer' });
  const { logInCodes, sessions, tokens } = api.store;
  const kept = JSON.stringify([
    await logInCodes.model.find().lean(),
    await sessions.model.find().lean(),
    await tokens.model.find().lean(),
  ]);
  for (const secret of [body.path.split('#')[1], cookie.split('=')[1], made.token]) {
    expect(kept).not.toContain(secret);
    expect(api.log()).not.toContain(secret);
  }
});

test('what is not a GET needs the header of our pages; a bearer token does not', async () => {
  const browser = await logInAdministrator(api);
  for (const [method, path] of [
    ['POST', '/log-out'],
    ['DELETE', '/sessions'],
    ['PATCH', '/users/000000000000000000000000'],
  ] as const) {
    const forged = await browser.send(method, path, undefined, {});
    expect([forged.status, forged.body.code]).toEqual([403, 'page_header_missing']);
  }
  expect((await browser.send('GET', '/me', undefined, {})).status).toBe(200);
});

test('log-out ends the session at once and takes the cookie away', async () => {
  const browser = await logInAdministrator(api);
  const out = await browser.send('POST', '/log-out');
  expect(out.status).toBe(204);
  expect(out.headers.get('set-cookie')).toMatch(/^contact_link_[0-9a-f]{8}=; .*Max-Age=0/);
  const after = await browser.send('GET', '/me');
  expect([after.status, after.body.code]).toEqual([401, 'session_ended']);
  expect(after.headers.get('set-cookie')).toContain('Max-Age=0');
});

test('a session ends everywhere when its owner or an admin says so', async () => {
  const agent = await logInUser(api, 'agent');
  const link = await api.post(`/api/v1/users/${agent.userId}/invitation`, {});
  const second = createBrowser(api, cookieOf(await openLink(api, link.body.path)));
  const viewer = await logInUser(api, 'viewer');
  const foreign = await viewer.send('DELETE', `/sessions?userId=${agent.userId}`);
  expect([foreign.status, foreign.body.code]).toEqual([403, 'role_too_low']);
  expect((await agent.send('DELETE', '/sessions')).body).toEqual({ ended: 2 });
  expect((await second.send('GET', '/me')).status).toBe(401);
  expect((await api.send('DELETE', `/api/v1/sessions?userId=${viewer.userId}`)).body).toEqual({ ended: 1 });
  expect((await viewer.send('GET', '/me')).status).toBe(401);
});

test('a session ends when it is not used, and goes on while it is', async () => {
  const { sessions } = api.store;
  const dayMs = 86_400_000;
  const browser = await logInUser(api, 'viewer');
  const set = (times: object) => sessions.model.updateOne({ userId: browser.userId }, { $set: times });
  await set({ expiresAt: new Date(Date.now() + dayMs) });
  const used = await browser.send('GET', '/me');
  expect(used.headers.get('set-cookie')).toContain('Expires=');
  const prolonged = await sessions.model.findOne({ userId: browser.userId }).lean();
  expect(prolonged?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 6 * dayMs);
  expect((await browser.send('GET', '/me')).headers.get('set-cookie')).toBeNull();

  const endsAt = new Date(Date.now() + 3 * dayMs);
  await set({ expiresAt: new Date(Date.now() + dayMs), endsAt });
  await browser.send('GET', '/me');
  expect((await sessions.model.findOne({ userId: browser.userId }).lean())?.expiresAt).toEqual(endsAt);
  await set({ expiresAt: new Date(Date.now() - 1) });
  expect((await browser.send('GET', '/me')).body.code).toBe('session_ended');
});

test('behind https the cookie never goes without; links name the public address', async () => {
  const secure = await startApi({ publicUrl: 'https://chats.example' });
  try {
    const made = await secure.send('POST', '/api/v1/log-in-links');
    expect(made.body.url).toBe(`https://chats.example${made.body.path}`);
    expect((await openLink(secure, made.body.path)).headers.get('set-cookie')).toContain('; Secure;');
  } finally {
    await secure.stop();
  }
});
