import { assessNext } from '../../linking/assess-contacts';
import type { ContactChangeList } from '../../linking/contact-directory';
import { dropReports } from '../../activities/privacy/drop-reports';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { ingestMessage } from '../../intake/ingest-message';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { openStore, type Store } from '../../store/store';
import { startApi, type ApiServer } from '../scenes/api';
import { encryptionKey, eventually } from '../scenes/product';
import { toIncoming } from '../helpers/incoming';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';

const contactCount = 120;
const peopleCount = 60;
let sandbox: SandboxPortal;
let store: Store;
let portalId: string;
let api: ApiServer;
let directory: ReturnType<typeof createPortalDirectory>;

beforeAll(async () => {
  const contacts = Array.from({ length: contactCount }, (_, index) => ({
    name: `C${index}`,
    phones: [`+4917${String(10_000_000 + index)}`],
  }));
  sandbox = await startSandboxPortal({ contacts });
  // A change within the portal's last seconds may still change: the list ends before it.
  sandbox.setClockOffset(60_000);
  store = await openStore({ uri: mongoUri(uniqueDatabaseName()), encryptionKey });
  const portal = await store.portals.connect(sandbox.webhookUrl, {
    ...{ defaultCountry: 'DE', timeZone: 'Europe/Berlin' },
  });
  portalId = portal._id;
  directory = createPortalDirectory({
    ...{ credentials: store.portals, budgets: store.budgets, requestLimitMs: 2_000 },
  });
  api = await startApi({ store, portalOf: directory.portalOf });
  const { account } = await store.accounts.add({
    ...{ portalId, kind: 'ingest', e164: '+49301234567', name: 'Sales', hmacKey: null },
  });
  for (let index = 0; index < peopleCount; index += 1) {
    const said = { id: `A${index}`, text: 'hello', peer: `+4917${String(10_000_000 + index)}` };
    await ingestMessage(store, account, toIncoming(said), 'test');
  }
});

afterAll(async () => {
  await api.stop();
  await directory.close();
  await sandbox.stop();
});

beforeEach(async () => {
  sandbox.setFaults([]);
  await dropReports(store, portalId);
});

const begin = (report: string) => api.send('POST', '/api/v1/crm/reports', { body: { report } });
const ends = (id: string, state: string) =>
  eventually(`the report to be ${state}`, async () => (await store.operations.load(id))?.state === state);

test('whoever asks while one runs gets the same one, and whoever asks later its result with its time', async () => {
  const [first, second] = await Promise.all([begin('phone-quality'), begin('phone-quality')]);
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(first.body).toMatchObject({ kind: 'report', report: 'phone-quality', linkId: null });
  expect(second.body.id).toBe(first.body.id);
  await ends(first.body.id, 'done');
  sandbox.resetStats();
  const [one, other] = await Promise.all([
    api.get('/api/v1/crm/phone-quality'),
    api.get('/api/v1/crm/phone-quality'),
  ]);
  expect(one.body).toMatchObject({
    contacts: contactCount,
    values: contactCount,
    unmatchable: [],
    shared: [],
  });
  expect(one.body.madeAt).toBe(other.body.madeAt);
  expect(sandbox.stats().requests).toBe(0);
  expect((await api.get(`/api/v1/operations/${first.body.id}`)).body).toMatchObject({
    ...{ state: 'done', done: contactCount },
  });
});

test('whoever asks while a newer one is worked out gets that one', async () => {
  const { body: old } = await api.get('/api/v1/crm/phone-quality');
  const begun = await begin('phone-quality');
  const { body } = await api.get('/api/v1/crm/phone-quality');
  expect(new Date(body.madeAt).getTime()).toBeGreaterThan(new Date(old.madeAt).getTime());
  expect(await store.operations.load(begun.body.id)).toMatchObject({ state: 'done' });
});

test('the dry run is read in pages of any size from one result', async () => {
  const numbers: string[] = [];
  let cursor = '';
  do {
    const { body, status } = await api.get(`/api/v1/crm/link-plan?limit=7${cursor}`);
    expect(status).toBe(200);
    numbers.push(...body.items.map(({ e164 }: { e164: string }) => e164));
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor !== '');
  expect(numbers).toHaveLength(peopleCount);
  expect(new Set(numbers).size).toBe(peopleCount);
  expect(await store.operations.model.countDocuments({ kind: 'report' }).exec()).toBe(1);
});

test('a report that is cancelled leaves nothing, and the next one begins anew', async () => {
  sandbox.setFaults([{ kind: 'slow', times: -1, delayMs: 500 }]);
  const { body } = await begin('phone-quality');
  const cancelled = await api.send('DELETE', `/api/v1/crm/reports/${body.id}`);
  expect(cancelled).toMatchObject({ status: 200, body: { id: body.id, state: 'cancelled' } });
  sandbox.setFaults([]);
  const next = await begin('phone-quality');
  expect(next.body.id).not.toBe(body.id);
  await ends(next.body.id, 'done');
  await eventually(
    'its pages to be gone',
    async () => !(await store.reports.model.exists({ operationId: body.id })),
  );
  const late = await api.send('DELETE', `/api/v1/crm/reports/${next.body.id}`);
  expect(late.body.state).toBe('done');
  expect((await api.send('DELETE', `/api/v1/crm/reports/${'0'.repeat(24)}`)).status).toBe(404);
});

test('a process that died leaves its report to another, which goes on behind the last portion', async () => {
  const who = { kind: 'administrator' } as never;
  const operation = await store.operations.beginReport(portalId, 'phone-quality', who);
  const { contacts } = await directory.portalOf(portalId);
  const page = await assessNext(contacts, null, 'DE');
  const at = { operationId: operation._id, portalId, part: 'contacts' };
  await store.reports.save({ ...at, place: 0, items: page.contacts });
  const after = JSON.stringify({ count: 1, key: page.after, isRead: false });
  await store.operations.moveReport(operation._id, { done: page.contacts.length, after });
  sandbox.resetStats();
  const other = await startApi({ store, portalOf: directory.portalOf });
  await ends(operation._id, 'done');
  await other.stop();
  // One page of the three was read before.
  expect(sandbox.stats().requests).toBe(2);
  expect((await api.get('/api/v1/crm/phone-quality')).body).toMatchObject({ contacts: contactCount });
});

test('a portal that refuses us ends the report, and says why', async () => {
  sandbox.setFaults([{ kind: 'revoked', times: -1 }]);
  const { status, body } = await api.get('/api/v1/crm/phone-quality');
  expect({ status, code: body.code }).toEqual({ status: 502, code: 'portal_refused' });
  expect(await store.operations.listRunningReports()).toEqual([]);
});

test('contacts are read behind all live messages', async () => {
  const lanes: unknown[] = [];
  const list: ContactChangeList = {
    listUpdatedSince: (cursor, options) => {
      lanes.push(options?.lane);
      return Promise.resolve({ cards: [], cursor, hasMore: false });
    },
  };
  expect(await assessNext(list, null, null)).toEqual({ contacts: [], after: null });
  expect(lanes).toEqual(['history']);
});
