import express from 'express';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSandboxAccount } from '../../sandbox/account/sandbox-account';
import { seedContacts } from '../../sandbox/seed-contacts';
import { people } from '../../sandbox/account/dialogues';
import { toPhoneMatchCode } from '../../sandbox/data/phone-match-code';
import { until, type Json } from './portal-call';

/** As much of the product's API as the account talks to. */
class Api {
  accounts = 0;
  heartbeats = 0;
  links: Json[] = [];
  messages = new Map<string, Json>();
  duplicates = 0;
  tokens = new Set<string>();
  isAway = false;
  /** Messages are stored, but their answer never comes. */
  hangs = false;
  url = '';
  private server: Server | undefined;

  async start(): Promise<void> {
    const app = express();
    app.use(express.json());
    app.use((_req, res, next) => (this.isAway ? void res.status(503).end() : next()));
    app.use('/api/v1/ingest', (req, res, next) => {
      if (this.tokens.has(req.headers.authorization ?? '')) next();
      else res.status(401).end();
    });
    app.post('/api/v1/accounts', (req, res) => {
      this.accounts += 1;
      this.tokens = new Set([`Bearer token-${this.accounts}`]);
      res.status(req.headers.authorization === 'Bearer admin' ? 201 : 401);
      res.json({ account: { id: `account-${this.accounts}` }, token: `token-${this.accounts}` });
    });
    app.post('/api/v1/links', (req, res) => void res.status(202).json(this.links.push(req.body)));
    app.post('/api/v1/ingest/heartbeat', (_req, res) => void res.json({ beats: (this.heartbeats += 1) }));
    app.post('/api/v1/ingest/messages', (req, res) => {
      for (const message of req.body.messages) {
        if (this.messages.has(message.id)) this.duplicates += 1;
        this.messages.set(message.id, message);
      }
      if (this.hangs) return;
      res.json({ accepted: req.body.messages.length, duplicates: 0, rejected: [] });
    });
    this.server = createServer(app);
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server!.close(() => resolve());
      this.server!.closeAllConnections();
    });
  }
}

let api: Api;
let dataDir: string;
let stopping: AbortController;
let running: Promise<void>;
const lines: string[] = [];

function run(): void {
  stopping = new AbortController();
  running = runSandboxAccount({
    apiUrl: api.url,
    adminTokenFile: join(dataDir, 'admin-token'),
    dataDir,
    signal: stopping.signal,
    log: (line) => lines.push(line),
    pauseMs: () => 5,
    heartbeatMs: 20,
  });
}

async function end(): Promise<void> {
  stopping.abort();
  await running;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-account-'));
  writeFileSync(join(dataDir, 'admin-token'), 'admin\n');
  api = new Api();
  await api.start();
  run();
});
afterEach(async () => {
  await end();
  await api.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const historySize = people.reduce((sum, { history }) => sum + history.length, 0);

test('the account tells its history once, links three people, beats and goes on talking in both directions', async () => {
  await until(() => api.messages.size >= historySize + 12 && api.heartbeats > 2);
  expect(api.accounts).toBe(1);
  expect(api.links).toHaveLength(3);
  const all = [...api.messages.values()];
  expect(new Set(all.map(({ chatId }) => chatId)).size).toBe(5);
  expect(new Set(all.map(({ fromMe }) => fromMe)).size).toBe(2);
  const history = all.slice(0, historySize).map(({ timestamp }) => timestamp * 1000);
  expect(Math.min(...history)).toBeGreaterThan(Date.now() - 49 * 3600_000);
  expect(Math.max(...history)).toBeLessThan(Date.now() - 60_000);
  expect(api.duplicates).toBe(0);
});

test('a restart goes on with the same account, and neither repeats nor skips a line', async () => {
  await until(() => api.messages.size > historySize + 3);
  await end();
  const before = api.messages.size;
  run();
  await until(() => api.messages.size > before + 3);
  expect([api.accounts, api.links.length]).toEqual([1, 3]);
  expect(api.duplicates).toBeLessThanOrEqual(1);
  const state = JSON.parse(readFileSync(join(dataDir, 'account.json'), 'utf8'));
  const said = state.liveCounts.reduce((sum: number, count: number) => sum + count, 0);
  expect(api.messages.size - historySize - said).toBeLessThanOrEqual(1);
});

test('a message whose answer was lost is posted again as it was, also after a restart', async () => {
  await until(() => api.messages.size > historySize);
  api.hangs = true;
  const before = api.messages.size;
  await until(() => api.messages.size > before);
  await end();
  expect(api.duplicates).toBe(0);
  const stored = [...api.messages.values()].at(-1);
  api.hangs = false;
  await new Promise((resolve) => setTimeout(resolve, 1001 - (Date.now() % 1000)));
  run();
  await until(() => api.messages.size > before + 3);
  expect(api.duplicates).toBe(1);
  expect(api.messages.get(stored.id).timestamp).toBe(stored.timestamp);
});

test('while the API is away the account waits; an account the API lost is made again', async () => {
  await until(() => api.messages.size > historySize);
  api.isAway = true;
  const before = api.messages.size;
  await until(() => lines.includes('the API is away, waiting'));
  expect(api.messages.size).toBe(before);
  api.tokens.clear();
  api.isAway = false;
  await until(() => api.accounts === 2 && api.links.length === 6);
});

test('the account talks to people who are in the sandbox portal, and its progress names nobody', async () => {
  const codes = new Set(seedContacts.flatMap(({ phones }) => phones ?? []).map(toPhoneMatchCode));
  for (const { digits } of people) expect(codes).toContain(toPhoneMatchCode(`+${digits}`));
  await until(() => api.messages.size > historySize + 3);
  for (const { digits, name, live } of people) {
    for (const secret of [digits, name, live[0]!.slice(2)]) expect(lines.join('\n')).not.toContain(secret);
  }
});
