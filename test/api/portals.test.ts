import { createPortalDirectory } from '../../bitrix24/portal-directory';
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
  await store.portals.connect(sandbox.webhookUrl, { defaultCountry: 'DE', timeZone: 'UTC' });
  const directory = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: 2_000,
  });
  const api = await startApi({ store, portalOf: directory.portalOf });
  return {
    api,
    sandbox,
    stop: async () => {
      await api.stop();
      await directory.close();
      await sandbox.stop();
      await store.close();
    },
  };
}

const scene = opened(start, ({ stop }) => stop());

const path = (rest = '') => `/api/v1/portals/${scene.api.portalId}${rest}`;

test('a blocked portal tells when it is tried next, and is tried at once when a person asks', async () => {
  const { api, sandbox } = scene;
  expect((await api.get(path())).body).toMatchObject({ outage: null, movedTo: null, history: [] });
  sandbox.setFaults([{ kind: 'overload', times: -1 }]);
  expect((await api.get('/api/v1/crm/contacts?q=ana')).status).toBeGreaterThanOrEqual(400);
  const { body } = await api.get(path());
  expect(body.outage).toMatchObject({ kind: 'blocked' });
  const pauseMs = Date.parse(body.outage.nextTryAt) - Date.parse(body.outage.since);
  expect(pauseMs).toBeGreaterThan(50_000);
  expect(pauseMs).toBeLessThanOrEqual(60_000);

  const attention = { code: 'portal_blocked', advice: 'Blocked.', since: new Date().toISOString() };
  await api.store.portals.setAttention(api.portalId, attention);
  const still = await api.post(path('/try-now'), {});
  expect(still).toMatchObject({ status: 202, body: { outage: { kind: 'blocked' }, attention } });
  sandbox.setFaults([]);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  const before = sandbox.stats().requests;
  const answers = await Promise.all([1, 2, 3].map(() => api.post(path('/try-now'), {})));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(sandbox.stats().requests - before).toBeLessThanOrEqual(3);
  expect((await api.get(path())).body).toMatchObject({ outage: null, attention: null });
  expect((await api.get('/api/v1/crm/contacts?q=ana')).status).toBe(200);
});

test('a portal that answers elsewhere is told until it is back', async () => {
  const { api } = scene;
  await api.store.portals.saveMove(api.portalId, 'https://new.bitrix24.de');
  expect((await api.get(path())).body).toMatchObject({
    attention: { code: 'portal_moved' },
    movedTo: { origin: 'https://new.bitrix24.de' },
    history: [{ event: 'moved' }],
  });
  await api.store.portals.saveMove(api.portalId, null);
  expect((await api.get(path())).body).toMatchObject({ attention: null, movedTo: null });
});

test('no portal, nothing to try', async () => {
  const unknown = `/api/v1/portals/${'0'.repeat(24)}`;
  expect((await scene.api.get(unknown)).status).toBe(404);
  expect((await scene.api.post(`${unknown}/try-now`, {})).status).toBe(404);
});
