import { type SandboxPortal, startSandboxPortal } from '../../sandbox/portal';
import { type ApiServer, startApi } from '../scenes/api';
import { opened } from '../scenes/opened';
import { openStore } from '../../store/store';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';

interface Scene {
  api: ApiServer;
  sandbox: SandboxPortal;
  stop: () => Promise<void>;
}

async function start(): Promise<Scene> {
  const sandbox = await startSandboxPortal();
  const store = await openStore({ uri: mongoUri(uniqueDatabaseName()), encryptionKey: Buffer.alloc(32, 7) });
  const api = await startApi({ store });
  const stop = async () => {
    await api.stop();
    await sandbox.stop();
    await store.close();
  };
  return { api, sandbox, stop };
}

const scene = opened(start, ({ stop }) => stop(), 'test');

const check = (webhookUrl: string) => scene.api.post('/api/v1/portals/check', { webhookUrl });
const connect = (body: object) => scene.api.post('/api/v1/portals', body);
const portals = () => scene.api.store.portals.list();
const statesOf = (checks: { point: string; state: string }[]) =>
  Object.fromEntries(checks.map(({ point, state }) => [point, state]));

test('a webhook that may do everything is connected, once, and nothing of it is shown', async () => {
  const { webhookUrl } = scene.sandbox;
  const before = (await portals()).length;
  expect((await check(webhookUrl)).body).toMatchObject({ canConnect: true });
  expect(await portals()).toHaveLength(before);
  const first = await connect({ webhookUrl, defaultCountry: 'BR', timeZone: 'America/Sao_Paulo' });
  expect(first).toMatchObject({ status: 201, body: { defaultCountry: 'BR', timeZone: 'America/Sao_Paulo' } });
  const again = await connect({ webhookUrl });
  expect(again).toMatchObject({ status: 200, body: { id: first.body.id, defaultCountry: 'BR' } });
  expect(await portals()).toHaveLength(before + 1);
  const secret = new URL(webhookUrl).pathname.split('/')[3] ?? '';
  expect(JSON.stringify([first.body, again.body])).not.toContain(secret);
});

test('what is missing is said point by point, and nothing is connected', async () => {
  const { webhookUrl } = scene.sandbox;
  const before = (await portals()).length;
  const wrongSecret = webhookUrl.replace(/\/[^/]+\/$/, '/wrongsecret/');
  expect(statesOf((await check(wrongSecret)).body.checks)).toEqual({
    address: 'passed',
    credentials: 'failed',
    scope: 'unknown',
    contacts: 'unknown',
    contactFields: 'unknown',
  });
  const nobody = (await check('http://127.0.0.1:1/rest/1/secret/')).body;
  expect([nobody.canConnect, statesOf(nobody.checks)['address']]).toEqual([false, 'failed']);
  scene.sandbox.setFaults([{ kind: 'refuse', method: 'crm.item.list', error: 'ACCESS_DENIED', times: -1 }]);
  expect(statesOf((await check(webhookUrl)).body.checks)).toMatchObject({
    scope: 'passed',
    contacts: 'failed',
    contactFields: 'passed',
  });
  expect(await connect({ webhookUrl })).toMatchObject({
    status: 422,
    body: { code: 'portal_check_failed', detail: 'contacts: ACCESS_DENIED' },
  });
  expect(await portals()).toHaveLength(before);
});

test.each([
  'https://one.bitrix24.com/',
  'http://one.bitrix24.com/rest/1/secret/',
  'ftp://x/rest/1/s/',
  'nothing',
])('%s is no webhook', async (webhookUrl) => {
  for (const answer of [await check(webhookUrl), await connect({ webhookUrl })])
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
});
