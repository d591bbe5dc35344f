import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startProcesses, type Processes } from '../../helpers/processes';
import { wahaMessage } from '../../scenes/api';
import { eventually } from '../../scenes/product';

const hmacKey = 'a-key-of-sixteen-letters';
const strangers = 200;
const bodyBytes = 5_000_000;
const megabyte = 1024 * 1024;

let product: Processes;
let accountId: string;
const sockets = new Set<Socket>();

beforeAll(async () => {
  product = await startProcesses('http://127.0.0.1:9/rest/1/secret/');
  await product.startApi();
  const made = await fetch(`${product.url}/api/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'waha', phone: '+49301234567', name: 'Sales', settings: { hmacKey } }),
  });
  accountId = ((await made.json()) as { account: { id: string } }).account.id;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await product.close();
});

/** Linux and macOS answer alike, in kilobytes. */
const memoryOf = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;

/** A stranger who knows an account's address: a post with the form of a signature, of which the end never comes. */
async function postSlowly(): Promise<void> {
  const { hostname, port } = new URL(product.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  sockets.add(socket);
  await once(socket, 'connect');
  const head = [
    `POST /hooks/waha/${accountId} HTTP/1.1`,
    `Host: ${hostname}`,
    `Content-Length: ${bodyBytes}`,
    `X-Webhook-Hmac: ${'ab'.repeat(64)}`,
    'X-Webhook-Hmac-Algorithm: sha512',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(Buffer.alloc(megabyte, 32));
}

async function sendSigned(stanzaId: string): Promise<{ status: number; tookMs: number }> {
  const body = JSON.stringify(wahaMessage(stanzaId));
  const hmac = createHmac('sha512', hmacKey).update(body).digest('hex');
  const startedAt = performance.now();
  const { status } = await fetch(`${product.url}/hooks/waha/${accountId}`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', connection: 'close' },
      ...{ 'x-webhook-hmac': hmac, 'x-webhook-hmac-algorithm': 'sha512' },
    },
    body,
  });
  return { status, tookMs: performance.now() - startedAt };
}

test('two hundred strangers who post slowly take little memory, and delay no signed webhook', async () => {
  expect((await sendSigned('3EB0000')).status).toBe(200);
  const before = memoryOf(product.pidOf('api'));
  await Promise.all(Array.from({ length: strangers }, postSlowly));
  let most = 0;
  let fastestMs = Infinity;
  let sent = 0;
  // On a machine with much else to do one of several may be slow.
  await eventually('a webhook within a second, after the flood', async () => {
    const { status, tookMs } = await sendSigned(`3EB1${(sent += 1)}`);
    expect(status).toBe(200);
    most = Math.max(most, memoryOf(product.pidOf('api')));
    fastestMs = Math.min(fastestMs, tookMs);
    return sent >= 10 && fastestMs < 1_000;
  });
  expect((most - before) / megabyte).toBeLessThan(100);
});
