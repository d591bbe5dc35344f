import { useApi } from '../../scenes/api';
import { logInUser, openLink } from '../../scenes/browser';

const api = useApi();

test('a user is invited by a link that logs in once, and the list says when they were here', async () => {
  const made = await api.post('/api/v1/users', { name: 'Rosa', role: 'agent' });
  expect(made.status).toBe(201);
  expect(made.body.user).toMatchObject({ name: 'Rosa', role: 'agent', lastSeenAt: null });
  const inside = await openLink(api, made.body.invitation.path);
  expect(inside.body).toEqual({ kind: 'user', id: made.body.user.id, name: 'Rosa', role: 'agent' });
  expect((await openLink(api, made.body.invitation.path)).status).toBe(401);
  const { items } = (await api.get('/api/v1/users')).body;
  expect(items).toEqual([expect.objectContaining({ name: 'Rosa', lastSeenAt: expect.any(String) })]);
});

test('a new role holds at once, also for sessions that are open', async () => {
  const browser = await logInUser(api, 'agent');
  expect((await browser.send('GET', '/users')).body.code).toBe('role_too_low');
  const promoted = await api.send('PATCH', `/api/v1/users/${browser.userId}`, { body: { role: 'admin' } });
  expect(promoted.body).toMatchObject({ role: 'admin', name: 'A agent' });
  expect((await browser.send('GET', '/users')).status).toBe(200);
  await api.send('PATCH', `/api/v1/users/${browser.userId}`, { body: { role: 'viewer' } });
  expect((await browser.send('GET', '/users')).status).toBe(403);
});

test('the sessions and invitations of a removed user open nothing', async () => {
  const browser = await logInUser(api, 'admin');
  const invitation = await api.post(`/api/v1/users/${browser.userId}/invitation`, {});
  expect((await api.send('DELETE', `/api/v1/users/${browser.userId}`)).status).toBe(204);
  expect((await browser.send('GET', '/me')).body.code).toBe('session_ended');
  expect((await openLink(api, invitation.body.path)).status).toBe(401);
  expect((await api.send('DELETE', `/api/v1/users/${browser.userId}`)).status).toBe(404);
});

test('a session and an invitation that a crash left of a removed user open nothing either', async () => {
  const browser = await logInUser(api, 'admin');
  const invitation = await api.post(`/api/v1/users/${browser.userId}/invitation`, {});
  await api.store.users.remove(browser.userId);
  expect((await browser.send('GET', '/me')).body.code).toBe('session_ended');
  expect((await openLink(api, invitation.body.path)).body.code).toBe('log_in_code_used');
});

test('names and roles are checked', async () => {
  for (const body of [{ name: '', role: 'agent' }, { name: 'Rosa', role: 'owner' }, { name: 'Rosa' }]) {
    expect((await api.post('/api/v1/users', body)).body.code).toBe('invalid_request');
    expect((await api.post('/api/v1/tokens', body)).body.code).toBe('invalid_request');
  }
});

test('an API token works with its role until it is revoked, and is listed without its text', async () => {
  const made = await api.post('/api/v1/tokens', { name: 'nightly report', role: 'viewer' });
  expect(made.status).toBe(201);
  const { token, apiToken } = made.body;
  expect(apiToken).toMatchObject({ role: 'viewer', createdBy: { kind: 'administrator' }, lastUsedAt: null });
  expect((await api.get('/api/v1/links', { token })).status).toBe(200);
  expect((await api.get('/api/v1/me', { token })).body).toMatchObject({ kind: 'token', id: apiToken.id });
  expect((await api.post('/api/v1/links', { phone: '+4915' }, { token })).body.code).toBe('role_too_low');
  expect((await api.get('/api/v1/ingest/policy', { token })).status).toBe(401);
  const listed = await api.get('/api/v1/tokens');
  expect(listed.body.items).toEqual([{ ...apiToken, lastUsedAt: expect.any(String) }]);
  expect((await api.send('DELETE', `/api/v1/tokens/${apiToken.id}`)).status).toBe(204);
  expect((await api.get('/api/v1/links', { token })).body.code).toBe('bad_token');
});

test('log-out with a token ends nothing', async () => {
  const { body } = await api.post('/api/v1/tokens', { name: 'script', role: 'admin' });
  expect((await api.send('POST', '/api/v1/log-out', { token: body.token })).status).toBe(204);
  expect((await api.get('/api/v1/me', { token: body.token })).status).toBe(200);
});
