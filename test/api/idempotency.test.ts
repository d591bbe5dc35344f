import { useApi, type Sent } from '../scenes/api';
import { eventually } from '../scenes/product';

const api = useApi();
let keys = 0;

const newKey = () => `key-${(keys += 1)}`;
const withKey = (key: string, sent: Sent = {}): Sent => ({ ...sent, headers: { 'Idempotency-Key': key } });
const makeToken = (key: string, name = 'Flow', sent: Sent = {}) =>
  api.post('/api/v1/tokens', { name, role: 'admin' }, withKey(key, sent));
const isRepeat = ({ headers }: { headers: Headers }) => headers.get('idempotent-replayed') === 'true';
const countTokens = () => api.store.tokens.model.countDocuments();

afterEach(() => api.store.answers.model.deleteMany({}));

test('a request that is repeated under its key is answered as before, and done once', async () => {
  const key = newKey();
  const before = await countTokens();
  const first = await makeToken(key);
  const again = await makeToken(key);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect([isRepeat(first), isRepeat(again)]).toEqual([false, true]);
  expect(await countTokens()).toBe(before + 1);
  const rows = await api.store.audit.model.find({ subjectId: first.body.apiToken.id }).lean();
  expect(rows).toMatchObject([{ action: 'createToken', outcome: 'done' }]);
});

test('neither the key, nor what was asked, nor a token of the answer stands in the store', async () => {
  const key = newKey();
  const { token } = (await makeToken(key, 'A name of somebody')).body;
  const kept = JSON.stringify(await api.store.answers.model.find().lean());
  expect(kept).toContain('sealedAnswer');
  for (const secret of [key, token, 'somebody', Buffer.from(token).toString('base64')])
    expect(kept).not.toContain(secret);
});

test('without a key each request is one of its own', async () => {
  const [first, second] = [
    await makeToken(newKey()),
    await api.post('/api/v1/tokens', { name: 'Flow', role: 'admin' }),
  ];
  expect(second.body.token).not.toBe(first.body.token);
});

test('a key that was used for something else is refused', async () => {
  const key = newKey();
  await makeToken(key, 'One');
  expect((await makeToken(key, 'Two')).body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  const elsewhere = await api.post('/api/v1/users', { name: 'One', role: 'admin' }, withKey(key));
  expect(elsewhere.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
});

test('the same key of another caller is another key', async () => {
  const key = newKey();
  const first = await makeToken(key);
  const other = await makeToken(key, 'Flow', { token: first.body.token });
  expect(isRepeat(other)).toBe(false);
  expect(other.body.token).not.toBe(first.body.token);
});

test('who may no longer do it is not answered as before', async () => {
  const key = newKey();
  const { apiToken, token } = (await makeToken(newKey())).body;
  await makeToken(key, 'Flow', { token });
  await api.store.tokens.model.updateOne({ _id: apiToken.id }, { $set: { role: 'viewer' } });
  expect((await makeToken(key, 'Flow', { token })).body).toMatchObject({ code: 'role_too_low' });
});

test('of two at once one is carried out; the other comes back for the answer', async () => {
  const { tokens } = api.store;
  const add = tokens.add.bind(tokens);
  let goOn = () => undefined as unknown;
  const held = new Promise((resolve) => (goOn = () => resolve(null)));
  const spy = jest.spyOn(tokens, 'add').mockImplementation(async (given) => {
    await held;
    return add(given);
  });
  const key = newKey();
  const first = makeToken(key);
  await eventually('the first one is at work', () => spy.mock.calls.length === 1);
  let second = await makeToken(key);
  expect(second.body).toMatchObject({ status: 409, code: 'idempotency_running' });
  expect(second.headers.get('retry-after')).toBe('1');
  goOn();
  const { body } = await first;
  spy.mockRestore();
  second = await makeToken(key);
  expect([isRepeat(second), second.body.token]).toEqual([true, body.token]);
});

test('what failed or was refused is not kept: the repeat is a new try', async () => {
  const key = newKey();
  const spy = jest.spyOn(api.store.tokens, 'add').mockRejectedValueOnce(new Error('broken'));
  expect((await makeToken(key)).status).toBe(500);
  spy.mockRestore();
  expect((await makeToken(key, '')).body).toMatchObject({ code: 'invalid_request' });
  const done = await makeToken(key);
  expect([done.status, isRepeat(done)]).toEqual([201, false]);
});

test('a process that dies after the work, before its answer is kept, leaves a key that is free after two minutes', async () => {
  const key = newKey();
  const died = jest.spyOn(api.store.answers, 'finish').mockRejectedValueOnce(new Error('died'));
  const first = await makeToken(key);
  died.mockRestore();
  expect((await makeToken(key)).body.code).toBe('idempotency_running');
  const startedAt = new Date(Date.now() - 121_000);
  await api.store.answers.model.updateMany({}, { $set: { startedAt } });
  const tries = await Promise.all([makeToken(key), makeToken(key), makeToken(key)]);
  const done = tries.filter(({ status }) => status === 201);
  expect(new Set(done.map(({ body }) => body.token)).size).toBe(1);
  expect(done[0]?.body.token).not.toBe(first.body.token);
});

test('after a day a key is free', async () => {
  const key = newKey();
  await makeToken(key);
  await api.store.answers.model.updateMany({}, { $set: { expiresAt: new Date() } });
  expect(isRepeat(await makeToken(key))).toBe(false);
});

test('an answer that no longer opens is not made a second time', async () => {
  const key = newKey();
  await makeToken(key);
  await api.store.answers.model.updateMany({}, { $set: { sealedAnswer: 'v2.another.key.of.before' } });
  expect((await makeToken(key)).body).toMatchObject({ status: 409, code: 'idempotency_answer_lost' });
});

test('a key of another form is refused', async () => {
  for (const key of ['a b', 'x'.repeat(201), ' ']) {
    const { body } = await makeToken(key);
    if (key.trim() !== '') expect(body).toMatchObject({ code: 'invalid_request' });
  }
});

test('every POST of agents and admins takes a key and says so; sources, log-in, looks and files do not', async () => {
  const { body } = await api.get('/api/openapi.json');
  const posts = Object.entries<ReturnType<typeof JSON.parse>>(body.paths)
    .filter(([, { post }]) => post)
    .map(([path, { post }]) => ({
      path,
      hasKey: (post.parameters ?? []).some(({ name }: { name: string }) => name === 'Idempotency-Key'),
      isOfChanges: ['agent', 'admin'].includes(post['x-role']),
      isFile: post.requestBody !== undefined && !('application/json' in post.requestBody.content),
    }));
  expect(posts.length).toBeGreaterThan(35);
  const wrong = posts.filter(({ hasKey, isOfChanges, isFile }) => hasKey !== (isOfChanges && !isFile));
  expect(wrong.map(({ path }) => path)).toEqual([]);
  const without = posts.filter(({ hasKey }) => !hasKey).map(({ path }) => path);
  expect(without).toEqual(expect.arrayContaining(['/api/v1/ingest/messages', '/api/v1/log-in']));
});
