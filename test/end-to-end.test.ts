import { Client, Connection } from '@temporalio/client';
import { startSandboxPortal, type SandboxPortal } from '../sandbox/portal';
import { startProcesses, type Processes } from './helpers/processes';
import { eventually } from './scenes/product';
import { temporalAddress } from './helpers/servers';

/** Planted data that must be found nowhere but in the store and on the contact's page. */
const planted = { phone: '491701234567', name: 'Klaus Plantedname', text: 'planted secret sentence' };

let portal: SandboxPortal;
let product: Processes;
let ingestToken: string;

interface Answer {
  status: number;
  body: ReturnType<typeof JSON.parse>;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  token = product.adminToken,
): Promise<Answer> {
  const response = await fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const message = (id: string, text: string, fromMe: boolean, at: Date) => ({
  id,
  chatId: `${planted.phone}@c.us`,
  fromMe,
  ...(fromMe ? {} : { sender: { id: `${planted.phone}@c.us`, name: planted.name } }),
  timestamp: Math.floor(at.getTime() / 1000),
  type: 'text',
  text,
});

const ingest = (...messages: unknown[]) =>
  call('POST', '/ingest/messages', { schema: '1', source: 'test', messages }, ingestToken);

const linesOf = (contactId: number) =>
  portal
    .comments(contactId)
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^[←→] \[\d/u.test(line))
    .map((line) => line.replace(/^[←→] \[[^\]]*\] /, ''));

beforeAll(async () => {
  portal = await startSandboxPortal({
    contacts: [
      { name: 'Klaus', lastName: planted.name, phones: ['+49 (170) 123-45-67'] },
      { name: 'Vera', phones: ['+49 171 7654321'] },
      { name: 'Karl', lastName: planted.name, phones: ['+49 172 7654322'] },
    ],
  });
  product = await startProcesses(portal.webhookUrl, {
    BACKUP_INTERVAL: '2s',
    TIME_ZONE: 'Europe/Berlin',
    DEFAULT_COUNTRY: 'DE',
  });
  await Promise.all([product.startApi(), product.startWorker()]);
});

afterAll(async () => {
  await product.close();
  await portal.stop();
});

test('from an account to a linked contact: each message once, in order, with its time and speaker', async () => {
  const made = await call('POST', '/accounts', { kind: 'ingest', phone: '+49 30 1234567', name: 'Sales' });
  expect(made.status).toBe(201);
  ingestToken = made.body['token'] as string;
  const at = new Date(Date.now() - 3_600_000);
  const first = await ingest(
    message('E1', planted.text, false, at),
    message('E2', 'our answer', true, new Date(at.getTime() + 60_000)),
  );
  expect(first.body).toMatchObject({ accepted: 2, duplicates: 0, rejected: [] });
  const linked = await call('POST', '/links', { phone: '0049 170 1234567' });
  expect(linked).toMatchObject({ status: 201, body: { outcome: 'linked', link: { crmContactId: 1 } } });
  const { id } = linked.body['link'] as { id: string };
  await eventually('the history', () => linesOf(1).length === 2);
  await ingest(message('E3', 'live now', false, new Date()), message('E1', planted.text, false, at));
  await eventually('the live message', () => linesOf(1).length === 3);
  expect(linesOf(1)).toEqual([
    `${planted.name}: ${planted.text}`,
    'Sales: our answer',
    `${planted.name}: live now`,
  ]);
  const status = await eventually('the answer of the workflow', async () => {
    const seen = await call('GET', `/links/${id}/status`);
    return seen.body['messagesBackedUp'] === 3 && seen.body['pendingMessages'] === 0 ? seen.body : null;
  });
  expect(status).toMatchObject({
    linkId: id,
    state: 'linked',
    rhythm: 'rounds',
    attention: null,
    answeredBy: 'workflow',
  });
  expect(Date.parse(status['lastSyncAt'] as string)).toBeGreaterThan(at.getTime());
  expect(await call('POST', '/links', { phone: '+491701234567' })).toMatchObject({
    status: 200,
    body: { outcome: 'linked' },
  });
});

test('without a worker status answers from the store and linking answers 202, completed when the worker is back', async () => {
  const { items } = (await call('GET', '/links')).body as { items: { id: string }[] };
  await product.kill('worker');
  const linked = await call('POST', '/links', { phone: '+49 171 7654321' });
  expect(linked).toMatchObject({ status: 202, body: { outcome: 'pending' } });
  const status = await eventually('the answer of the store', async () => {
    const seen = await call('GET', `/links/${items[0]?.id}/status`);
    return seen.body['answeredBy'] === 'store' ? seen.body : null;
  });
  expect(status).toMatchObject({ state: 'linked', messagesBackedUp: 3 });
  await ingest(message('E4', 'while the worker is away', true, new Date()));
  await product.startWorker();
  const { id } = linked.body['link'] as { id: string };
  await eventually(
    'the link',
    async () => (await call('GET', `/links/${id}`)).body['state'] === 'linked',
    60_000,
  );
  await eventually('the message', () => linesOf(1).length === 4, 60_000);
});

test('both processes killed and started again go on by themselves, nothing lost or doubled', async () => {
  await ingest(message('E5', 'just before the end', false, new Date()));
  await Promise.all([product.kill('api'), product.kill('worker')]);
  await Promise.all([product.startApi(), product.startWorker()]);
  await ingest(
    message('E5', 'just before the end', false, new Date()),
    message('E6', 'after the end', false, new Date()),
  );
  await eventually('both messages', () => linesOf(1).length >= 6, 60_000);
  expect(linesOf(1).slice(4)).toEqual([
    `${planted.name}: just before the end`,
    `${planted.name}: after the end`,
  ]);
});

test('the worker lives and serves what it counted since its start', async () => {
  expect((await fetch(`${product.workerUrl}/healthz`)).status).toBe(200);
  expect((await fetch(`${product.workerUrl}/`)).status).toBe(404);
  const metrics = await eventually('the end of the round', async () => {
    const shown = await (await fetch(`${product.workerUrl}/metrics`)).text();
    return /^rounds_total\{outcome="backed-up"\} [1-9]/m.test(shown) && shown;
  });
  expect(metrics).toMatch(/^entries_total\{outcome="(delivered|reconciled)"\} [1-9]/m);
  expect(metrics).toMatch(/^delivery_freshness_seconds_count [1-9]/m);
  expect(metrics).toMatch(/^temporal_\w+\{.*\} \d/m);
  expect(metrics).toMatch(/^bitrix24_requests_total\{method="[\w.]+",outcome="ok"\} [1-9]/m);
});

/** Whatever else is carried out by workflows and steps: groups, an import of the past, links as planned, another contact, forgetting. */
test('groups, imports, bulk links, changes and forgetting are carried out beside it', async () => {
  const group = {
    ...message('G1', `${planted.text} in a group`, false, new Date()),
    chatId: `${planted.phone}-1600000000@g.us`,
    chat: { id: `${planted.phone}-1600000000@g.us`, name: `${planted.name} and friends` },
  };
  await ingest(group);
  await eventually('the group', () => linesOf(1).some((line) => line.endsWith('in a group')), 60_000);

  const { items: accounts } = (await call('GET', '/accounts')).body as { items: { id: string }[] };
  const chat = `13.10.24, 14:03 - ${planted.name}: ${planted.text} of before\n13.10.24, 14:04 - Sales: our answer\n`;
  const query = new URLSearchParams({ contact: planted.name, phone: `+${planted.phone}` });
  const asked = await fetch(`${product.url}/api/v1/accounts/${accounts[0]?.id}/imports?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'text/plain' },
    body: chat,
  });
  expect(asked.status).toBe(202);
  await eventually('the past', () => linesOf(1).some((line) => line.endsWith('of before')), 60_000);

  const planned = await call('POST', '/crm/link-plan', {});
  await done(planned.body['id'] as string);
  const { items } = (await call('GET', '/links?phone=%2B491717654321')).body as { items: { id: string }[] };
  const wish = { crmContactId: 3, entries: 'move' };
  await done((await call('PUT', `/links/${items[0]?.id}/contact`, wish)).body['id'] as string);
  const known = (await call('GET', `/links?phone=%2B${planted.phone}`)).body as {
    items: { personId: string }[];
  };
  const person = known.items[0]?.personId;
  const { id: forgetting } = (await call('POST', `/people/${person}/forget`, {})).body as { id: string };
  const proof = `/operations/${forgetting}/proof`;
  // Its last step waits half a minute for what was being taken in.
  await eventually('the last step', async () => (await call('GET', proof)).body['phase'] === 'names', 90_000);
});

const done = (operationId: string) =>
  eventually(
    'the end of an operation',
    async () => (await call('GET', `/operations/${operationId}`)).body['state'] === 'done',
    90_000,
  );

test('log, metrics and Temporal histories hold no phone, name or text', async () => {
  const pages = await Promise.all(
    [product.url, product.workerUrl].map(async (url) => {
      const answer = await fetch(`${url}/metrics`, {
        headers: { authorization: `Bearer ${product.adminToken}` },
      });
      expect(answer.status).toBe(200);
      return answer.text();
    }),
  );
  const metrics = pages.join('\n');
  const connection = await Connection.connect({ address: temporalAddress() });
  const { workflow } = new Client({ connection, namespace: product.namespace });
  const histories: string[] = [];
  for await (const { workflowId, runId } of workflow.list()) {
    const handle = workflow.getHandle(workflowId, runId);
    // What a step that runs has said of its progress is in no history yet.
    const { raw } = await handle.describe();
    histories.push(
      workflowId,
      ...[await handle.fetchHistory(), raw].map((one) => JSON.stringify(one, showBytes)),
    );
  }
  await connection.close();
  expect(histories.length).toBeGreaterThanOrEqual(6);
  const everything = [product.log(), metrics, ...histories].join('\n');
  for (const kind of ['contact-link/', 'portal-watch/', 'history-import/', 'forget-person/'])
    expect(everything).toContain(kind);
  for (const secret of [
    ...Object.values(planted),
    '1234567',
    'our answer',
    product.adminToken,
    ingestToken,
  ]) {
    expect(everything).not.toContain(secret);
  }
  expect(everything).not.toContain(new URL(portal.webhookUrl).pathname);
});

/** Payloads are bytes: shown as the text that they are. */
function showBytes(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  const raw = value as { type?: string; data?: number[] } | null;
  return raw?.type === 'Buffer' && Array.isArray(raw.data) ? Buffer.from(raw.data).toString('utf8') : value;
}
