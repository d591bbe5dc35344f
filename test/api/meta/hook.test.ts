import {
  appSecret,
  contact,
  inbound,
  klaus,
  phoneNumberId,
  sign,
  toBody,
  toValue,
  wamidOf,
} from '../../whatsapp/meta/samples/sample';
import { countAll, useApi } from '../../scenes/api';

const api = useApi();
const accessToken = 'a-token-of-the-app-of-meta';
const verifyToken = 'a-word-to-verify';
let accountId: string;
let otherId: string;
const otherNumberId = '206540352242933';
const strangersSecret = 'the-secret-of-another-app-98765';
beforeAll(async () => {
  const settings = { appSecret, phoneNumberId, accessToken, verifyToken };
  ({ id: accountId } = await api.addAccount({ kind: 'meta', phone: '+4930111222', settings }));
  const others = { ...settings, phoneNumberId: otherNumberId };
  ({ id: otherId } = await api.addAccount({ kind: 'meta', phone: '+4930333444', settings: others }));
  const strangers = { ...settings, phoneNumberId: '306540352242944', appSecret: strangersSecret };
  await api.addAccount({ kind: 'meta', phone: '+4930555666', settings: strangers });
});

let next = 0;
const newId = () => `3C${String((next += 1)).padStart(18, '0')}`;
const message = (stanzaId: string, body = `text of ${stanzaId}`) => ({
  ...{ from: klaus, id: wamidOf(stanzaId), timestamp: '1727000000', type: 'text', text: { body } },
});
const post = (raw: string | Buffer, headers: Record<string, string>, id = accountId) =>
  api.send('POST', `/hooks/meta/${id}`, { token: null, raw, headers });
const signed = (raw: string | Buffer, secret = appSecret) => ({ 'x-hub-signature-256': sign(raw, secret) });
const deliver = (body: unknown, secret = appSecret) => {
  const raw = JSON.stringify(body);
  return post(raw, signed(raw, secret));
};

test('the handshake gives the challenge back to who knows the verify token, and to nobody else', async () => {
  const ask = (token: string, id = accountId) => {
    const query = new URLSearchParams({
      ...{ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' },
    });
    return api.get(`/hooks/meta/${id}?${query.toString()}`, { token: null });
  };
  const before = await api.get(`/api/v1/accounts/${accountId}`);
  expect(before.body.meta).toMatchObject({ phoneNumberId, verifiedAt: null, hasAccessToken: true });
  expect(JSON.stringify(before.body)).not.toMatch(new RegExp(`${appSecret}|${verifyToken}|${accessToken}`));
  const wrong = await ask(`${verifyToken}x`);
  expect([wrong.status, wrong.body.code]).toEqual([401, 'bad_token']);
  expect((await ask(verifyToken, '0123456789abcdef01234567')).status).toBe(404);
  const right = await ask(verifyToken);
  expect([right.status, right.body]).toEqual([200, '1158201444']);
  expect(right.headers.get('content-type')).toMatch(/^text\/plain/);
  const script = await api.get(
    `/hooks/meta/${accountId}?hub.mode=subscribe&hub.verify_token=${verifyToken}&hub.challenge=%3Cscript%3E`,
    { token: null },
  );
  expect(script.status).toBe(400);
  const after = await api.get(`/api/v1/accounts/${accountId}`);
  expect(after.body.meta.verifiedAt).not.toBeNull();
});

test('a signed message is stored once, whatever is delivered again', async () => {
  const body = inbound(message(newId()));
  const first = await deliver(body);
  expect(first.body).toEqual({ accepted: 1, duplicates: 0, updated: 0, ignored: 0, unreadable: 0 });
  expect((await deliver(body)).body).toMatchObject({ accepted: 0, duplicates: 1 });
});

test.each<[string, (raw: string) => Record<string, string>]>([
  ['without a signature', () => ({})],
  ['with a wrong one', () => ({ 'x-hub-signature-256': `sha256=${'ab'.repeat(32)}` })],
  ['with the old kind', (raw) => ({ 'x-hub-signature': sign(raw).replace('sha256', 'sha1') })],
  ['signed by another app', (raw) => signed(raw, strangersSecret)],
])('a delivery %s is refused and changes nothing', async (_name, headers) => {
  const before = await countAll(api);
  const raw = JSON.stringify(inbound(message(newId())));
  const answer = await post(raw, headers(raw));
  expect([answer.status, answer.body.code]).toEqual([401, 'bad_signature']);
  expect(await countAll(api)).toEqual(before);
});

test('a body that is no JSON, and one of 4 MB, are refused; nothing is stored as a message', async () => {
  const { messages } = await countAll(api);
  const broken = '{"object": "whatsapp_business_account", ';
  const malformed = await post(broken, signed(broken));
  expect([malformed.status, malformed.body.code]).toEqual([400, 'malformed_json']);
  const large = JSON.stringify(inbound(message(newId(), 'x'.repeat(4 * 1024 * 1024))));
  const answer = await post(large, signed(large));
  expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  expect(await countAll(api)).toMatchObject({ messages });
});

test('a thousand updates in one delivery are all stored, and once', async () => {
  const messages = Array.from({ length: 1_000 }, () => message(newId()));
  const body = toBody('messages', toValue({ contacts: [contact()], messages }));
  expect((await deliver(body)).body).toMatchObject({ accepted: 1_000, unreadable: 0 });
  expect((await deliver(body)).body).toMatchObject({ accepted: 0, duplicates: 1_000 });
});

test('a delivery of several numbers goes to each one’s account; of a number nobody has, and of another app’s, nothing is taken', async () => {
  const ids = [newId(), newId(), newId(), newId()];
  const numbers = [phoneNumberId, otherNumberId, '306540352242944', '999999999'];
  const values = ids.map((id, at) =>
    toValue({ contacts: [contact()], messages: [message(id)] }, numbers[at]),
  );
  const answer = await deliver(toBody('messages', ...values));
  expect(answer.body).toMatchObject({ accepted: 2, ignored: 2, unreadable: 0 });
  const stored = await api.store.messages.model.find({ stanzaId: { $in: ids } }).lean();
  const owners = Object.fromEntries(stored.map((one) => [one.stanzaId, one.accountId]));
  expect(owners).toEqual({ [ids[0] ?? '']: accountId, [ids[1] ?? '']: otherId });
  const shown = await api.get(`/api/v1/accounts/${accountId}`);
  expect(shown.body.meta.otherNumberAt).not.toBeNull();
});

test('one message that cannot be read is kept with its reason, and the others are stored', async () => {
  const nameless = { ...message(newId()), id: undefined };
  const { body } = await deliver(
    toBody('messages', toValue({ contacts: [contact()], messages: [nameless, message(newId())] })),
  );
  expect(body).toMatchObject({ accepted: 1, unreadable: 1 });
  const kept = await api.store.unreadable.model.findOne({ accountId, code: 'bad_id' }).lean();
  expect(kept?.source).toBe('meta');
});

test('a BSUID waits for its number: once both are seen together, the chat is that person’s', async () => {
  const bsuid = 'BR.20000000000000000001';
  const phone = '5541998773200';
  const nobody = { ...message(newId()), from: '', from_user_id: bsuid };
  const contacts = [{ profile: { name: 'Ana', username: '@ana' }, user_id: bsuid }];
  await deliver(toBody('messages', toValue({ contacts, messages: [nobody] })));
  const both = [{ profile: { name: 'Ana' }, wa_id: phone, user_id: bsuid }];
  const known = { ...message(newId()), from: phone, from_user_id: bsuid };
  await deliver(toBody('messages', toValue({ contacts: both, messages: [known] })));
  const people = await api.store.people.model.find({ 'aliases.key': /BR\.2/ }).lean();
  expect(people).toHaveLength(1);
  const keys = people[0]?.aliases.map(({ key }) => key).sort();
  expect(keys).toEqual([`bsuid:account/${accountId}/${bsuid}`, `phone:+${phone}`]);
});

test('a new number is told by its fields, and the person keeps the chat', async () => {
  const [from, to] = ['491709999001', '491709999002'];
  await deliver(
    inbound(
      { ...message(newId()), from },
      { contacts: [contact({ wa_id: from, user_id: null, parent_user_id: null })] },
    ),
  );
  const body = `\u200eKlaus changed from \u200e+${from} to \u200e+${to}`;
  const system = { type: 'user_changed_number', body, wa_id: to };
  const notice = { id: wamidOf(newId()), timestamp: '1727000100', type: 'system', system, from };
  expect((await deliver(inbound(notice, {}))).body).toMatchObject({ accepted: 1 });
  const person = await api.store.people.model.findOne({ 'aliases.key': `phone:+${to}` }).lean();
  expect(person?.former?.map(({ key }) => key)).toEqual([`phone:+${from}`]);
});

test('a number that was disconnected at Meta is shown so, and well again when it is back', async () => {
  const shown = async () => (await api.get(`/api/v1/accounts/${accountId}`)).body.sourceState;
  for (const [event, word] of [
    ['PARTNER_REMOVED', 'logged_out'],
    ['ACCOUNT_RECONNECTED', 'connected'],
    ['ACCOUNT_OFFBOARDED', 'logged_out'],
    ['PARTNER_ADDED', 'connected'],
  ]) {
    const { status } = await deliver(toBody('account_update', { phone_number: '4930111222', event }));
    expect([status, event, await shown()]).toEqual([200, event, word]);
  }
});

test('another app secret: the one before is good until the new one is in use', async () => {
  const appSecretNew = 'the-new-secret-of-the-app-0123456';
  const change = { settings: { appSecret: appSecretNew } };
  expect((await api.send('PATCH', `/api/v1/accounts/${accountId}`, { body: change })).status).toBe(200);
  expect((await deliver(inbound(message(newId())))).status).toBe(200);
  expect((await deliver(inbound(message(newId())), appSecretNew)).status).toBe(200);
  const { formerKeys } = (await api.store.accounts.load(accountId)) ?? {};
  expect(formerKeys?.map(({ until }) => until !== null)).toEqual([true]);
});

test('a removed account takes nothing, and its secrets are gone', async () => {
  const settings = { appSecret, phoneNumberId: '4065403522', accessToken, verifyToken };
  const { id } = await api.addAccount({ kind: 'meta', phone: '+4930777888', settings });
  expect((await api.send('DELETE', `/api/v1/accounts/${id}`)).status).toBe(200);
  const raw = JSON.stringify(inbound(message(newId())));
  expect((await post(raw, signed(raw), id)).status).toBe(404);
  expect(await api.store.accounts.load(id)).toMatchObject({ meta: null, sealedHmacKey: null });
});
