import { startApi, type ApiServer } from '../../scenes/api';
import {
  instanceName,
  makeEvolution,
  makeScannedEvolution,
  useEvolution,
  type MadeEvolution,
} from '../../scenes/evolution-source';
import { opened } from '../../scenes/opened';

const evolution = useEvolution();
const api = opened<ApiServer>(startApi, (server) => server.stop());

const at = ({ id }: MadeEvolution, path = '') => `/api/v1/accounts/${id}${path}`;
const setUp = (made: MadeEvolution) => api.post(at(made, '/set-up'), {});
const pointsOf = ({ body }: { body: { points: { code: string; ok: boolean }[] } }) =>
  Object.fromEntries(body.points.map(({ code, ok }) => [code, ok]));
const say = (text: string) => evolution.say({ chatId: '491701234567@s.whatsapp.net', text, name: 'Ana' });
const countText = (text: string) => api.store.messages.model.countDocuments({ 'versions.text': text }).exec();

test('an account is set up, scanned by its code and takes what Evolution delivers, without a key in any answer', async () => {
  const made = await makeEvolution(api, evolution);
  expect(made.hmacKey.length).toBeGreaterThan(30);
  expect(pointsOf(await api.get(at(made, '/check')))).toEqual({ answers: true, key: true, session: false });
  const waiting = await setUp(made);
  expect(waiting.body).toMatchObject({ ok: false, state: 'connecting' });
  expect(pointsOf(waiting)).toMatchObject({ webhook: true, state: false });
  const code = await fetch(api.url + at(made, '/qr'), {
    headers: { authorization: 'Bearer the-administrators-token-1' },
  });
  expect([code.status, code.headers.get('content-type')]).toEqual([200, 'image/png']);
  evolution.scan(made.digits);
  say('hello from the stand-in');
  await evolution.hooksDone();
  expect(await countText('hello from the stand-in')).toBe(1);
  const checked = await api.get(at(made, '/check'));
  expect(checked.body).toMatchObject({ ok: true, state: 'open' });
  const late = await api.get(at(made, '/qr'));
  expect([late.status, late.body.code]).toEqual([409, 'source_state']);
  const shown = await api.get(at(made));
  expect(shown.body).toMatchObject({
    ...{ sourceState: 'open', liveness: { state: 'connected' }, evolution: { instance: instanceName } },
    webhookPath: `/hooks/evolution/${made.id}`,
  });
  const said = JSON.stringify([shown.body, checked.body]) + api.log();
  for (const secret of [made.hmacKey, evolution.apiKey]) expect(said).not.toContain(secret);
});

test('a set-up that is right changes nothing; another program’s webhook stays, and the check says so', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const sets = () => evolution.counts()[`request POST /webhook/set/${instanceName}`];
  expect([(await setUp(made)).body.ok, sets()]).toEqual([true, 1]);
  const { hook } = evolution.instance();
  Object.assign(hook ?? {}, { url: 'http://others.example/hook' });
  const foreign = await setUp(made);
  expect(pointsOf(foreign)).toMatchObject({ webhook: false });
  expect([hook?.url, sets()]).toEqual(['http://others.example/hook', 1]);
  expect((await api.send('DELETE', at(made))).body).toEqual({ webhookRemoved: true });
  expect(evolution.instance().hook).toMatchObject({ url: 'http://others.example/hook', enabled: true });
});

test('an instance’s own key is enough once the instance is there', async () => {
  const first = await makeScannedEvolution(api, evolution);
  const { token } = evolution.instance();
  const changed = await api.send('PATCH', at(first), { body: { settings: { apiKey: token } } });
  expect(changed.status).toBe(200);
  expect(pointsOf(await api.get(at(first, '/check')))).toMatchObject({
    key: true,
    session: true,
    state: true,
  });
  const refused = await api.send('PATCH', at(first), { body: { settings: { apiKey: 'wrong' } } });
  expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'settings.apiKey']);
});

test('settings are checked one by one, and all are needed at first', async () => {
  const body = { kind: 'evolution', phone: '+4930112999', name: 'Sales' };
  const whole = { baseUrl: 'http://127.0.0.1:9', apiKey: 'k', instance: 'a' };
  const faults: [object, string][] = [
    [{}, 'settings.baseUrl'],
    [{ ...whole, baseUrl: 'ftp://x' }, 'settings.baseUrl'],
    [{ ...whole, instance: '../x' }, 'settings.instance'],
    [{ ...whole, apiKey: '' }, 'settings.apiKey'],
  ];
  for (const [settings, field] of faults) {
    const answer = await api.post('/api/v1/accounts', { ...body, settings });
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  }
});

test('a server that is away, refuses the key or is none is said in words, and the account is kept', async () => {
  const made = await makeScannedEvolution(api, evolution);
  evolution.setFaults([{ kind: 'refuse', status: 401, times: -1 }]);
  expect(pointsOf(await api.get(at(made, '/check')))).toEqual({ answers: true, key: false });
  expect((await api.get(at(made, '/qr'))).body.code).toBe('source_refused');
  evolution.setFaults([{ kind: 'garbage', times: -1 }]);
  expect(pointsOf(await setUp(made))).toEqual({ answers: false });
  const away = await makeEvolution(api, evolution, { baseUrl: 'http://127.0.0.1:9' });
  expect(pointsOf(await setUp(away))).toEqual({ answers: false });
  const answer = await api.get(at(away, '/qr'));
  expect([answer.status, answer.body.code]).toEqual([503, 'source_unavailable']);
});

test('an instance is restarted and logged out through us, and cannot be stopped', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const act = (action: string) => api.post(at(made, '/session'), { action });
  expect((await act('restart')).body.state).toBe('open');
  const stopped = await act('stop');
  expect([stopped.status, stopped.body.code]).toEqual([409, 'source_state']);
  expect((await act('log-out')).body.state).toBe('close');
  await evolution.hooksDone();
  expect((await act('start')).body.state).toBe('connecting');
});

test('secrets are renewed without a delivery refused', async () => {
  const made = await makeScannedEvolution(api, evolution);
  evolution.setFaults([{ kind: 'down', times: -1 }]);
  expect((await api.post(at(made, '/hmac-key'), {})).body).toMatchObject({ told: false });
  say('with the old secret');
  await evolution.hooksDone();
  expect(await countText('with the old secret')).toBe(1);
  evolution.setFaults([]);
  expect((await api.post(at(made, '/hmac-key'), {})).body).toMatchObject({ told: true });
  say('with the new secret');
  await evolution.hooksDone();
  expect(await countText('with the new secret')).toBe(1);
  const account = await api.store.accounts.load(made.id);
  expect(account?.formerKeys?.every(({ until }) => until !== null)).toBe(true);
});

test('a removed account takes nothing more and is out of the instance', async () => {
  const made = await makeScannedEvolution(api, evolution);
  const removed = await api.send('DELETE', `${at(made)}?logOut=true`);
  expect(removed.body).toEqual({ webhookRemoved: true });
  expect(evolution.instance()).toMatchObject({ state: 'close', hook: { enabled: false } });
  expect((await api.get(at(made))).status).toBe(404);
});
