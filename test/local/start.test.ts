import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descriptions } from '../../config';
import { freePort, waitUntil } from '../../local/ports';
import { isAlive } from '../../local/processes/process-identity';

const root = join(__dirname, '../..');
let dataDir: string;
const started: Starter[] = [];
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'contact-link-start-'))));
afterEach(async () => {
  for (const starter of started.splice(0)) await starter.end('SIGTERM');
  for (const pid of listChildPids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

interface Starter {
  process: ChildProcessWithoutNullStreams;
  said: () => string;
  end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Set to nothing, so that an .env file of this work tree (with a real portal in it) has no say here. */
const nothingSet = Object.fromEntries(Object.keys(descriptions).map((name) => [name, '']));

/** The processes of `npm start`, with a DATA_DIR of its own and servers of its own. */
function start(env: Record<string, string> = {}): Starter {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...nothingSet, DATA_DIR: dataDir, ...env },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const closed = once(child, 'close');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await closed;
    return child.exitCode;
  };
  const starter = { process: child, said: () => said, end };
  started.push(starter);
  return starter;
}

function listChildPids(): number[] {
  const path = join(dataDir, 'children.json');
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as Array<{ pid: number }>).map(({ pid }) => pid);
}

const readPorts = (): unknown => JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8'));

async function until(starter: Starter, text: string): Promise<void> {
  await waitUntil(() => Promise.resolve(starter.said().includes(text)), {
    what: `"${text}"`,
    limitMs: 120_000,
    isPossible: () => {
      if (starter.process.exitCode !== null) throw new Error(`ended: ${starter.said()}`);
    },
  });
}

test('a bad environment ends the start with 2 and names every bad variable', async () => {
  const starter = start({ PORT: 'x', TIME_ZONE: 'Mars', BITRIX24_WEBHOK_URL: 'x' });
  await once(starter.process, 'close');
  expect(starter.process.exitCode).toBe(2);
  expect(starter.said()).toMatch(/PORT: expected[^]*TIME_ZONE: expected/);
  expect(starter.said()).toContain('was BITRIX24_WEBHOOK_URL meant?');
  expect(listChildPids()).toEqual([]);
});

test('a port that was set and is taken ends the start before anything is started', async () => {
  const server = createServer().listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const starter = start({ PORT: String(port) });
  await once(starter.process, 'close');
  server.close();
  expect(starter.process.exitCode).toBe(1);
  expect(starter.said()).toContain(`PORT=${port} is taken`);
  expect(listChildPids()).toEqual([]);
});

test('the sandbox leaves nothing in the installation of a real portal: with one portal nobody names it', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/api/v1`;
  const call = async (path: string, body?: object) => {
    const headers = {
      authorization: 'Bearer a-token-of-this-test-0123456789',
      'content-type': 'application/json',
    };
    const sent = body && { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${url}/${path}`, { headers, ...sent });
    return { status: answer.status, body: (await answer.json()) as { items: { host: string }[] } };
  };
  const env = { PORT: String(port), ADMIN_TOKEN: 'a-token-of-this-test-0123456789' };
  const hosts = async () => (await call('portals')).body.items.map(({ host }) => host);
  const sandbox = start(env);
  await until(sandbox, 'Contact Link runs.');
  expect(await hosts()).toEqual(['loopback']);
  await waitUntil(async () => (await call('accounts')).body.items.length === 1, {
    what: 'an account',
    limitMs: 60_000,
  });
  await sandbox.end('SIGTERM');

  const real = start({ ...env, BITRIX24_WEBHOOK_URL: 'https://example.bitrix24.test/rest/1/secret/' });
  await until(real, 'Contact Link runs.');
  expect(await hosts()).toEqual(['example.bitrix24.test']);
  expect((await call('accounts')).body.items).toEqual([]);
  const added = await call('accounts', { kind: 'ingest', phone: '+49 30 1234567', name: 'Sales' });
  expect(added.status).toBe(201);
  await real.end('SIGTERM');
});

test('everything starts, outlives nothing, and what a killed starter left is ended by the next', async () => {
  const port = await freePort();
  const first = start({ PORT: String(port) });
  await until(first, 'Contact Link runs.');
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  const ports = readPorts();

  const second = start();
  await once(second.process, 'close');
  expect(second.process.exitCode).toBe(1);
  expect(second.said()).toContain('runs already');

  await first.end('SIGKILL');
  const left = listChildPids();
  expect(left.length).toBeGreaterThanOrEqual(5);
  expect(left.filter(isAlive)).toEqual(left);

  const third = start({ PORT: String(port) });
  await until(third, 'Contact Link runs.');
  expect(third.said()).toContain('ending what an earlier start left running');
  expect(left.filter(isAlive)).toEqual([]);
  expect(readPorts()).toEqual(ports);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

  const running = listChildPids();
  expect(await third.end('SIGTERM')).toBe(0);
  expect(running.filter(isAlive)).toEqual([]);
  expect(listChildPids()).toEqual([]);
});
