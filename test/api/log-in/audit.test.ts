import { useApi } from '../../scenes/api';
import { logInUser } from '../../scenes/browser';

const api = useApi({ linkWaitMs: 50, queryWaitMs: 50 });

const trail = async (query: string) => (await api.get(`/api/v1/audit?${query}`)).body.items;
const administrator = { kind: 'administrator', id: null, name: 'Administrator' };

test('every change says who asked for it, when, about what, and which fields', async () => {
  const rosa = await logInUser(api, 'admin');
  const { id } = await api.addAccount({ phone: '+4930111111', name: 'Hidden name' });
  await rosa.send('PATCH', `/accounts/${id}`, { name: 'Other hidden name' });
  await rosa.send('PUT', `/accounts/${id}/policy`, { syncGroups: false, excludeChats: ['+4915100000001'] });
  const who = { kind: 'user', id: rosa.userId, name: 'A admin' };
  const about = { subject: { kind: 'account', id }, outcome: 'done', at: expect.any(String) };
  const rows = await trail(`subjectId=${id}`);
  expect(rows).toEqual([
    {
      ...about,
      id: expect.any(String),
      by: who,
      action: 'setSourcePolicy',
      fields: ['syncGroups', 'excludeChats'],
    },
    { ...about, id: expect.any(String), by: who, action: 'changeAccount', fields: ['name'] },
    {
      ...{ ...about, id: expect.any(String), by: administrator, action: 'createAccount' },
      fields: ['kind', 'phone', 'name'],
    },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/idden name|4915100000001|4930111111/);
});

test('users, tokens, links to log in and log-ins are in the trail, and can be asked for by who it was', async () => {
  const rosa = await logInUser(api, 'admin');
  const made = await rosa.send('POST', '/tokens', { name: 'night job', role: 'agent' });
  await rosa.send('PATCH', `/users/${rosa.userId}`, { name: 'Rosa' });
  await rosa.send('DELETE', `/tokens/${made.body.apiToken.id}`);
  const rows = await trail(`byId=${rosa.userId}`);
  expect(rows.map(({ action, subject }: { action: string; subject: object }) => [action, subject])).toEqual([
    ['removeToken', { kind: 'token', id: made.body.apiToken.id }],
    ['changeUser', { kind: 'user', id: rosa.userId }],
    ['createToken', { kind: 'token', id: made.body.apiToken.id }],
    ['logIn', { kind: 'session', id: expect.any(String) }],
  ]);
  const [added] = await trail('action=createUser');
  expect(added).toMatchObject({ by: administrator, subject: { kind: 'user', id: rosa.userId } });
});

test('keys are named by what was changed of them, and no key is in the trail', async () => {
  const hmacKey = 'a-key-of-at-least-sixteen';
  const { id } = await api.addAccount({ kind: 'waha', phone: '+4930222222', settings: { hmacKey } });
  await api.send('PATCH', `/api/v1/accounts/${id}`, { body: { settings: { hmacKey: `${hmacKey}-2` } } });
  await api.post(`/api/v1/accounts/${id}/hmac-key`, {});
  const rows = await trail(`subjectId=${id}`);
  expect(rows.map(({ fields }: { fields: string[] }) => fields)).toEqual([
    [],
    ['settings.hmacKey'],
    ['kind', 'phone', 'name', 'settings.hmacKey'],
  ]);
  expect(JSON.stringify(rows)).not.toContain(hmacKey);
});

test('what was refused changed nothing and leaves no row; neither does a question', async () => {
  const before = (await trail('')).length;
  const { id } = await api.addAccount({ phone: '+4930333333' });
  expect((await api.send('PATCH', `/api/v1/accounts/${id}`, { body: { nme: 'x' } })).status).toBe(422);
  expect((await api.send('DELETE', `/api/v1/portals/${api.portalId}`)).body.code).toBe('confirmation_needed');
  await api.post('/api/v1/portals/check', { webhookUrl: 'https://127.0.0.1:1/rest/1/secret/' });
  await api.get('/api/v1/accounts');
  await api.post('/api/v1/links/search', { q: 'Ana' });
  await api.post('/api/v1/links/search/count', { q: 'Ana' });
  await api.post('/api/v1/crm/contacts/search', { q: 'Ana' });
  expect(await trail('')).toHaveLength(before + 1);
});

test('a change whose row cannot be written is not made', async () => {
  const begin = jest.spyOn(api.store.audit, 'begin').mockRejectedValueOnce(new Error('away'));
  expect((await api.post('/api/v1/users', { name: 'Nobody', role: 'viewer' })).status).toBe(500);
  begin.mockRestore();
  const { items } = (await api.get('/api/v1/users')).body;
  expect(items.map(({ name }: { name: string }) => name)).not.toContain('Nobody');
});

test('a change whose outcome cannot be written is answered, and its row says that it was asked for', async () => {
  const finish = jest.spyOn(api.store.audit, 'finish').mockRejectedValueOnce(new Error('away'));
  expect((await api.post('/api/v1/users', { name: 'Somebody', role: 'viewer' })).status).toBe(201);
  finish.mockRestore();
  expect((await trail(''))[0]).toMatchObject({ action: 'createUser', outcome: 'asked' });
});

test('the trail is paged, and for admins only', async () => {
  const first = (await api.get('/api/v1/audit?limit=2')).body;
  const second = (await api.get(`/api/v1/audit?limit=2&cursor=${first.nextCursor}`)).body;
  const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(4);
  const agent = await logInUser(api, 'agent');
  expect((await agent.send('GET', '/audit')).body.code).toBe('role_too_low');
});
