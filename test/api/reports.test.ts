import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { encryptionKey } from '../scenes/product';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';
import { openStore, type Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { ingestMessage } from '../../intake/ingest-message';
import { startApi, type ApiServer } from '../scenes/api';

let sandbox: SandboxPortal;
let store: Store;
let api: ApiServer;
let directory: ReturnType<typeof createPortalDirectory>;

beforeAll(async () => {
  sandbox = await startSandboxPortal({
    contacts: [
      { name: 'Klaus', phones: ['+49 (170) 123-45-67'] },
      { name: '=HYPERLINK("x")', phones: ['no number'] },
      { name: 'Twin A', phones: ['+49 171 1111111'] },
      { name: 'Twin B', phones: ['0171 1111111'] },
    ],
  });
  store = await openStore({ uri: mongoUri(uniqueDatabaseName()), encryptionKey });
  const portal = await store.portals.connect(sandbox.webhookUrl, {
    defaultCountry: 'DE',
    timeZone: 'Europe/Berlin',
  });
  directory = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: 2_000,
  });
  api = await startApi({ store, portalOf: directory.portalOf });
  const fresh = {
    portalId: portal._id,
    kind: 'ingest',
    e164: '+49301234567',
    name: 'Sales',
    hmacKey: null,
  } as const;
  const { account } = await store.accounts.add(fresh);
  for (const peer of ['+491701234567', '+491711111111', '+491799999999']) {
    await ingestMessage(store, account, toIncoming({ id: 'A1', text: 'hello', peer }), 'test');
  }
});

afterAll(async () => {
  await api.stop();
  await directory.close();
  await sandbox.stop();
});

test('a dry run says who would be linked to whom, and writes nothing', async () => {
  const { status, body } = await api.get('/api/v1/crm/link-plan?limit=2');
  expect(status).toBe(200);
  const next = await api.get(`/api/v1/crm/link-plan?limit=2&cursor=${body.nextCursor}`);
  const all = [...body.items, ...next.body.items].map(({ e164, outcome }) => [e164, outcome]);
  expect(all).toEqual([
    ['+491701234567', 'link'],
    ['+491711111111', 'ambiguous'],
    ['+491799999999', 'unmatched'],
  ]);
  expect(await store.links.model.countDocuments().exec()).toBe(0);
  expect(await store.reviews.model.countDocuments().exec()).toBe(0);
});

test('the dry run as CSV has every page', async () => {
  const { headers, body } = await api.get('/api/v1/crm/link-plan?format=csv');
  expect(headers.get('content-type')).toMatch(/^text\/csv/);
  const rows = (body as string).trim().split('\r\n');
  expect(rows).toHaveLength(5);
  expect(rows[1]).toContain('exact number');
});

test('the phone report names what cannot be matched and what several contacts hold; CSV carries no formula', async () => {
  const { body } = await api.get('/api/v1/crm/phone-quality');
  expect(body).toMatchObject({ contacts: 4, withoutPhone: 0, values: 4 });
  expect(body.unmatchable).toEqual([
    { crmContactId: 2, name: '=HYPERLINK("x")', value: 'no number', fault: 'no number' },
  ]);
  expect(body.shared).toMatchObject([
    { e164: '+491711111111', contacts: [{ crmContactId: 3 }, { crmContactId: 4 }] },
  ]);
  const csv = await api.get('/api/v1/crm/phone-quality?format=csv');
  expect(csv.body).toContain(`"'=HYPERLINK(""x"")"`);
});

test('policies are shown and changed; a bad one is refused with its field', async () => {
  const { body } = await api.get('/api/v1/portals');
  const [portal] = body.items;
  expect(portal).toMatchObject({ autoLink: true, createMissing: 'never', defaultCountry: 'DE' });
  expect(JSON.stringify(body)).not.toContain('rest/1');
  const changed = await api.send('PUT', `/api/v1/portals/${portal.id}/policies`, {
    body: { createMissing: 'always' },
  });
  expect(changed).toMatchObject({ status: 200, body: { autoLink: true, createMissing: 'always' } });
  const bad = await api.send('PUT', `/api/v1/portals/${portal.id}/policies`, {
    body: { defaultCountry: 'XX' },
  });
  expect(bad).toMatchObject({ status: 422, body: { errors: [{ field: 'defaultCountry' }] } });
  const unknown = await api.send('PUT', `/api/v1/portals/${'0'.repeat(24)}/policies`, { body: {} });
  expect(unknown.status).toBe(404);
});
