import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { openStore, type Store } from '../../store/store';
import { startProcesses, type Processes } from '../helpers/processes';
import { mongoUri } from '../helpers/servers';
import { eventually } from '../scenes/product';
import { startReceiver, type Receiver } from '../scenes/receiver';

/** An API process is killed once, with a webhook delivery and a report under way; another one begins in its place. */
const contactCount = 160;
let portal: SandboxPortal;
let product: Processes;
let receiver: Receiver;
let store: Store;
let doneAtDeath = 0;
let reportId: string;

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as ReturnType<typeof JSON.parse>;
}

/** An event: a source changes. */
async function changeSource(): Promise<void> {
  const account = await call('POST', '/accounts', { kind: 'ingest', phone: '+49301234567', name: 'Sales' });
  const at = new Date();
  await store.accounts.model.updateOne(
    { _id: account.account.id },
    {
      $set: { livenessChangedAt: at },
      $push: { livenessChanges: { state: 'quiet', code: 'nothing_yet', at } },
    },
  );
}

/** The event has arrived and was not answered, and the report has some of its portions. */
async function beginBoth(): Promise<void> {
  receiver.answer.status = null;
  await call('POST', '/webhooks', { url: receiver.url, events: ['source.state'] });
  await changeSource();
  portal.setFaults([{ kind: 'slow', times: -1, delayMs: 1_000 }]);
  reportId = (await call('POST', '/crm/reports', { report: 'phone-quality' })).id;
  await eventually('the webhook under way', () => receiver.got.length === 1);
  await eventually(
    'a part of the report',
    async () => ((await store.operations.load(reportId))?.done ?? 0) > 0,
  );
}

/** What was under way counts as lost after its time. */
async function waitOut(): Promise<void> {
  await store.notices.model.updateMany({ state: 'waiting' }, { $set: { nextAt: new Date(0) } });
  await store.leases.model.updateMany({}, { $set: { until: new Date(0) } });
}

beforeAll(async () => {
  const contacts = Array.from({ length: contactCount }, (_, index) => ({
    ...{ name: `C${index}`, phones: [`+4917${String(10_000_000 + index)}`] },
  }));
  portal = await startSandboxPortal({ contacts });
  // A change within the portal's last seconds may still change: the list ends before it.
  portal.setClockOffset(60_000);
  receiver = await startReceiver();
  product = await startProcesses(portal.webhookUrl, { WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' });
  const uri = mongoUri(product.databaseName);
  await product.startApi();
  store = await openStore({ uri, encryptionKey: Buffer.alloc(32, 7) });
  await beginBoth();
  await product.kill('api');
  doneAtDeath = (await store.operations.load(reportId))?.done ?? 0;
  portal.setFaults([]);
  receiver.answer.status = 200;
  await waitOut();
  await product.startApi();
});

afterAll(async () => {
  await product.close();
  await store.close();
  await receiver.stop();
  await portal.stop();
});

test('a webhook whose answer was lost with the process is delivered again, under the same id', async () => {
  await eventually('the second delivery', () => receiver.got.length >= 2);
  expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
  expect(new Set(receiver.got.map(({ raw }) => raw)).size).toBe(1);
  await eventually(
    'the end of it',
    async () => (await store.notices.model.countDocuments({ state: 'sent' })) === 1,
  );
  expect(await store.notices.model.countDocuments({})).toBe(1);
});

test('a report goes on behind its last portion, and counts everybody once', async () => {
  expect(doneAtDeath).toBeGreaterThan(0);
  expect(doneAtDeath).toBeLessThan(contactCount);
  await eventually('its end', async () => (await store.operations.load(reportId))?.state === 'done');
  expect(await store.operations.load(reportId)).toMatchObject({ done: contactCount });
  const report = await call('GET', '/crm/phone-quality');
  expect(report).toMatchObject({ contacts: contactCount, values: contactCount, shared: [], unmatchable: [] });
});
