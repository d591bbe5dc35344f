import { createHmac } from 'node:crypto';
import { countAll, useApi, wahaMessage } from '../scenes/api';

const hmacKey = 'a-key-of-more-than-16';
const api = useApi();
let accountId: string;
beforeAll(async () => {
  ({ id: accountId } = await api.addAccount({ kind: 'waha', settings: { hmacKey } }));
});

let next = 0;
const newId = () => `3A${String((next += 1)).padStart(18, '0')}`;
const sendRaw = (raw: string | Buffer, headers: Record<string, string>, id = accountId) =>
  api.send('POST', `/hooks/waha/${id}`, { token: null, raw, headers });
const signed = (raw: string | Buffer) => ({
  'x-webhook-hmac': createHmac('sha512', hmacKey).update(raw).digest('hex'),
  'x-webhook-hmac-algorithm': 'sha512',
});

test('a signed message is stored once, whatever is redelivered', async () => {
  const payload = wahaMessage(newId());
  const first = await api.sendWaha(accountId, hmacKey, payload);
  expect(first.status).toBe(200);
  expect(first.body).toEqual({ accepted: 1, duplicates: 0, updated: 0, ignored: 0, unreadable: 0 });
  const again = await api.sendWaha(accountId, hmacKey, payload);
  expect(again.body).toMatchObject({ accepted: 0, duplicates: 1 });
  // `message` and `message.any` both fire for one message.
  const twin = { ...(payload as object), event: 'message', id: 'evt_other' };
  expect((await api.sendWaha(accountId, hmacKey, twin)).body).toMatchObject({ duplicates: 1 });
});

test('what we sent ourselves is stored as ours', async () => {
  const id = newId();
  const sent = wahaMessage(id, {
    id: `true_491701234567@c.us_${id}`,
    from: '49301234567@c.us',
    to: '491701234567@c.us',
    fromMe: true,
  });
  expect((await api.sendWaha(accountId, hmacKey, sent)).body.accepted).toBe(1);
  const stored = await api.store.messages.model.findOne({ stanzaId: id }).lean().exec();
  expect(stored).toMatchObject({ fromMe: true, accountId });
});

test.each([
  ['without a signature', {}],
  ['with a wrong signature', { 'x-webhook-hmac': 'ab'.repeat(64), 'x-webhook-hmac-algorithm': 'sha512' }],
  ['with a garbled signature', { 'x-webhook-hmac': 'x', 'x-webhook-hmac-algorithm': 'sha512' }],
])('a webhook %s is refused and changes nothing', async (_name, headers) => {
  const before = await countAll(api);
  const answer = await sendRaw(JSON.stringify(wahaMessage(newId())), headers);
  expect([answer.status, answer.body.code]).toEqual([401, 'bad_signature']);
  expect(await countAll(api)).toEqual(before);
});

test('the signature is over the raw bytes', async () => {
  const raw = JSON.stringify(wahaMessage(newId()), null, 2);
  expect((await sendRaw(raw, signed(raw))).status).toBe(200);
  const changed = raw.replace('text of', 'text  of');
  expect((await sendRaw(changed, signed(raw))).body.code).toBe('bad_signature');
});

test('a body that is no JSON is kept and refused with 400', async () => {
  const raw = '{"event": "message.any", ';
  const answer = await sendRaw(raw, signed(raw));
  expect([answer.status, answer.body.code]).toEqual([400, 'malformed_json']);
  const kept = await api.store.unreadable.model.find({ code: 'malformed_json' }).lean().exec();
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({ accountId, source: 'waha', raw: JSON.stringify(raw) });
});

test('brackets within brackets beyond all use are refused, and brackets in a text are only text', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
  for (const depth of [201, 50_000]) {
    const raw = `{"event": "message.any", "payload": {"_data": ${nested(depth)}}}`;
    const answer = await sendRaw(raw, signed(raw));
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_json']);
  }
  const raw = JSON.stringify(wahaMessage(newId(), { body: `\\" ${'['.repeat(5_000)}` }));
  expect((await sendRaw(raw, signed(raw))).body).toMatchObject({ accepted: 1 });
});

test('a message that cannot be understood is kept with its reason', async () => {
  const answer = await api.sendWaha(accountId, hmacKey, wahaMessage('x', { id: 'two words' }));
  expect(answer.body).toMatchObject({ accepted: 0, unreadable: 1 });
  const kept = await api.store.unreadable.model.findOne({ accountId, code: 'bad_id' }).lean().exec();
  expect(kept?.reason).toBeTruthy();
});

test('events that are no messages are ignored, and the state of the session is noted', async () => {
  const ack = { ...(wahaMessage('x') as object), event: 'message.ack' };
  expect((await api.sendWaha(accountId, hmacKey, ack)).body).toMatchObject({ ignored: 1, unreadable: 0 });
  const status = { event: 'session.status', session: 'default', payload: { status: 'FAILED' } };
  expect((await api.sendWaha(accountId, hmacKey, status)).status).toBe(200);
  const shown = await api.get(`/api/v1/accounts/${accountId}`);
  expect(shown.body.sourceState).toBe('FAILED');
});

test('an unknown account, and one of another kind, is a 404', async () => {
  const raw = JSON.stringify(wahaMessage(newId()));
  const ingestAccount = await api.addAccount();
  for (const id of ['0123456789abcdef01234567', 'nonsense', ingestAccount.id]) {
    const answer = await sendRaw(raw, signed(raw), id);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  }
});

test('a body of more than 5 MB is refused with 413', async () => {
  const before = await countAll(api);
  const raw = JSON.stringify(wahaMessage(newId(), { body: 'x'.repeat(5 * 1024 * 1024) }));
  const answer = await sendRaw(raw, signed(raw));
  expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  expect(await countAll(api)).toEqual(before);
});
