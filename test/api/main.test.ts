import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { openStore } from '../../store/store';
import { freePort, mongoUri, temporalAddress, uniqueDatabaseName } from '../helpers/servers';
import { startTcpProxy } from '../helpers/tcp-proxy';

let dataDir: string;
const children = new Set<ChildProcess>();
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'contact-link-api-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  output: () => string;
  exitCode: () => Promise<number | null>;
}

function start(env: Record<string, string>): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => {
      output += part.toString();
    });
  }
  const ended = once(child, 'exit').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  return { child, output: () => output, exitCode: () => ended };
}

const goodEnv = () => ({
  MONGODB_URI: mongoUri(uniqueDatabaseName()),
  TEMPORAL_ADDRESS: temporalAddress(),
  ADMIN_TOKEN: 'the-administrators-token-1',
});

async function untilStatus(url: string, status: number): Promise<Response> {
  const until = Date.now() + 30_000;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response?.status === status) return response;
    if (Date.now() > until) throw new Error(`${url} never answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a bad environment stops the start and names every bad variable', async () => {
  const api = start({ PORT: 'many', LOG_LEVEL: 'loud', BACKUP_INTERVAL: 'soon' });
  expect(await api.exitCode()).toBe(2);
  for (const name of ['PORT', 'LOG_LEVEL', 'BACKUP_INTERVAL']) expect(api.output()).toContain(name);
  expect(api.output()).not.toContain('loud');
});

test('a port that is taken is a clear sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const api = start({ ...goodEnv(), PORT: String(port) });
  expect(await api.exitCode()).toBe(3);
  expect(api.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
  other.close();
});

test('another encryption key is said in one sentence, and nothing runs', async () => {
  const env = goodEnv();
  const store = await openStore({ uri: env.MONGODB_URI, encryptionKey: Buffer.alloc(32, 5) });
  await store.isKeyRight();
  await store.close();
  const api = start({ ...env, PORT: String(await freePort()), ENCRYPTION_KEY: '06'.repeat(32) });
  expect(await api.exitCode()).toBe(2);
  expect(api.output()).toContain('ENCRYPTION_KEY is not the key');
  expect(api.output()).not.toMatch(/\n\s+at /);
});

test('while MongoDB is away the process lives and says so; then it becomes ready, and stops when told', async () => {
  const mongo = new URL(goodEnv().MONGODB_URI);
  const line = await startTcpProxy({ host: mongo.hostname, port: Number(mongo.port) });
  line.cut();
  mongo.host = `127.0.0.1:${line.port}`;
  const port = await freePort();
  const api = start({ ...goodEnv(), MONGODB_URI: mongo.href, PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  await untilStatus(`${url}/healthz`, 200);
  const waiting = await untilStatus(`${url}/readyz`, 503);
  expect(await waiting.json()).toEqual({ status: 'not ready' });
  const refused = await fetch(`${url}/api/v1/links`);
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'starting']);
  line.mend();
  await untilStatus(`${url}/readyz`, 200);
  api.child.kill('SIGTERM');
  expect(await api.exitCode()).toBe(0);
  await line.close();
});

test('the portal of the environment becomes known and its watch is started', async () => {
  const port = await freePort();
  const env = goodEnv();
  const webhook = 'http://127.0.0.1:9/rest/1/planted-secret/';
  const api = start({ ...env, PORT: String(port), BITRIX24_WEBHOOK_URL: webhook, DEFAULT_COUNTRY: 'DE' });
  await untilStatus(`http://127.0.0.1:${port}/readyz`, 200);
  const store = await openStore({ uri: env.MONGODB_URI, encryptionKey: Buffer.alloc(32) });
  const [portal] = await store.portals.list();
  expect(portal).toMatchObject({ host: 'loopback', defaultCountry: 'DE' });
  const connection = await Connection.connect({ address: temporalAddress() });
  const handle = new Client({ connection }).workflow.getHandle(`portal-watch/${portal?._id}`);
  const until = Date.now() + 20_000;
  while ((await handle.describe().catch(() => null)) === null && Date.now() < until);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate();
  api.child.kill('SIGINT');
  expect(await api.exitCode()).toBe(0);
  expect(api.output()).not.toContain('planted-secret');
  await connection.close();
  await store.close();
});
