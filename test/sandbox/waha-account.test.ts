import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../../sandbox/account/api-client';
import { connectWaha } from '../../sandbox/waha-account/connect';
import { groupId, ownPhone, script } from '../../sandbox/waha-account/script';
import { takeStep } from '../../sandbox/waha-account/talk';
import { startSandboxWaha, type SandboxWaha } from '../../sandbox/waha/waha';
import { adminToken, useApi } from '../scenes/api';

const api = useApi();
let dataDir: string;
let waha: SandboxWaha;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-waha-'));
  waha = await startSandboxWaha({ startMs: 1, retryScale: 0.0001, dataDir });
});
afterAll(async () => {
  await waha.stop();
  rmSync(dataDir, { recursive: true });
});

async function connect(): Promise<void> {
  const adminTokenFile = join(dataDir, 'token');
  writeFileSync(adminTokenFile, adminToken);
  const { signal } = new AbortController();
  const client = createApiClient({ apiUrl: api.url, adminTokenFile, signal, onAway: () => undefined });
  await connectWaha(client, waha, { apiUrl: api.url, signal });
  await waha.hooksDone();
}

test('the stand-in’s account is connected by the set-up for everybody, and everything it says is read', async () => {
  await connect();
  for (const count of script.keys()) {
    await takeStep(waha, count);
    await waha.hooksDone();
  }
  const answers = Object.keys(waha.counts()).filter((name) => name.startsWith('hook '));
  expect(answers.filter((name) => !name.endsWith(' 200'))).toEqual([]);
  expect(await api.store.unreadable.model.countDocuments()).toBe(0);
  const messages = await api.store.messages.model.find().lean().exec();
  const said = script.filter(({ kind }) => kind === 'say').length;
  expect(messages.length).toBeGreaterThanOrEqual(said);
  const texts = messages.flatMap(({ versions }) => versions.map(({ text }) => text));
  expect(texts).toEqual(expect.arrayContaining(['Can we move it to Wednesday?', '请问安装手册有英文版吗？']));
  const versions = messages.flatMap((message) => message.versions);
  expect(versions.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['image', 'voice', 'document', 'location']),
  );
  expect(versions.map(({ event }) => event)).toEqual(expect.arrayContaining(['edit', 'revoke', 'reaction']));
  const chats = await api.store.chats.model.find().lean().exec();
  expect(chats.some((chat) => JSON.stringify(chat).includes(groupId))).toBe(true);
  expect(await api.store.lids.model.countDocuments()).toBe(1);
});

test('after a restart it is the same account, and a step that is taken again is the same message', async () => {
  await connect();
  const before = await api.store.messages.model.countDocuments();
  await takeStep(waha, 0);
  await waha.hooksDone();
  expect(await api.store.messages.model.countDocuments()).toBe(before);
  const { items } = (await api.get('/api/v1/accounts')).body;
  expect(items.filter(({ phone }: { phone: string }) => phone === ownPhone)).toHaveLength(1);
});
