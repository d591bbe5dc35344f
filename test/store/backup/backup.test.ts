import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupError, RestoringError } from '../../../store/backup/backup-error';
import { processLeases } from '../../../store/backup/process-leases';
import { repairRestored } from '../../../store/backup/repair';
import { restoreBackup, type AskedRestore } from '../../../store/backup/restore-backup';
import { toLinkTarget } from '../../../domain/ids';
import { ingestMessages } from '../../../intake/ingest-message';
import { newId, openConnection } from '../../../store/connection';
import { openStore, type Store } from '../../../store/store';
import { toIncoming } from '../../helpers/incoming';
import { mongoUri, uniqueDatabaseName } from '../../helpers/servers';
import { linkOne, personWith } from '../../scenes/link-one';
import { addPortal, encryptionKey, useStore } from '../../scenes/store';

const databaseName = uniqueDatabaseName();
const store = useStore(databaseName);
const phone = '+491701234567';
let folder: string;
let path: string;
let portalId: string;
let hash: string;
let linkId: string;
let personId: string;
const uri = mongoUri(uniqueDatabaseName());
const other = Buffer.alloc(32, 2);
const opened: Store[] = [];

async function* bytes() {
  yield Buffer.alloc(2_500_000, 'a');
  await Promise.resolve();
  yield Buffer.from('end');
}

const planEntry = (messageId: string) =>
  store.entries.plan({
    ...{ portalId, target: toLinkTarget(linkId), chatId: newId(), lane: 'live', crmContactId: 7, epoch: 0 },
    ...{ items: [`${messageId}/0`], marker: 'contact-link#1', text: 'text', newestAt: new Date() },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contact-link-backup-'));
  path = join(folder, 'backup');
  const made = await addPortal(store);
  portalId = made.portalId;
  personId = await personWith(store, portalId, phone, 'Klaus');
  ({ _id: linkId } = await linkOne(store, portalId, personId, 7));
  const said = Array.from({ length: 3 }, (_, at) => ({ id: `id-${at}`, text: `text ${at}`, peer: phone }));
  await ingestMessages(store, made.account, said.map(toIncoming), 'test');
  ({ hash } = await store.contents.save(bytes(), { maxBytes: 10_000_000 }));
  await planEntry('1');
  const sending = await planEntry('2');
  if (!sending) throw new Error('nothing was planned');
  await store.entries.beginSending(sending, new Date('2026-01-01T00:00:00Z'));
  await store.backUp(path, '0.1.0', () => undefined);
});

afterAll(async () => {
  for (const one of opened) await one.close();
  await rm(folder, { recursive: true, force: true });
});

const restore = (to: string, asked: Partial<AskedRestore> = {}) =>
  restoreBackup({
    ...{ path, uri: to, encryptionKey, formerKeys: [], replace: false, onProgress: () => undefined },
    ...asked,
  });

async function open(from: string, key = encryptionKey): Promise<Store> {
  const one = await openStore({ uri: from, encryptionKey: key });
  opened.push(one);
  return one;
}

/** Everything of a database, by collection, as it stands there. */
async function readAll(from: string): Promise<Record<string, unknown[]>> {
  const connection = await openConnection(from);
  const all: Record<string, unknown[]> = {};
  for (const { name } of (await connection.db?.listCollections().toArray()) ?? [])
    all[name] = (await connection.db?.collection(name).find().sort({ _id: 1 }).toArray()) ?? [];
  await connection.close();
  return all;
}

test('a restored database has everything that was backed up, files among it, and every index', async () => {
  expect(await restore(uri)).toEqual({ forgotten: [] });
  const [before, after] = [await readAll(mongoUri(databaseName)), await readAll(uri)];
  const names = ['links', 'messages', 'outbox', 'chats', 'people', 'accounts', 'portals', 'privacy_keys'];
  for (const name of [...names, 'media_contents', 'media_files.files', 'media_files.chunks'])
    expect({ [name]: after[name] }).toEqual({ [name]: before[name] });
  expect(before['messages']).toHaveLength(3);
  const restored = await open(uri);
  let size = 0;
  for await (const chunk of (await restored.contents.open(hash)) ?? []) size += (chunk as Buffer).length;
  expect(size).toBe(2_500_003);
  const chunks = restored.contents.model.db.collection('media_files.chunks');
  expect((await chunks.indexes()).map(({ key }) => Object.keys(key as object))).toContainEqual([
    'files_id',
    'n',
  ]);
  const mark = await restored.restores.load();
  expect(mark).toMatchObject({ state: 'restored', restoredAt: expect.any(Date) });
  // What was planned or under way is looked for on its page before it is sent again.
  const sentAt = mark?.backupAt;
  expect(await restored.entries.listUnsettled(toLinkTarget(linkId), 'live')).toMatchObject([
    { state: 'sending', attempt: 1, firstSentAt: sentAt, sentAt },
    { state: 'sending', attempt: 2, firstSentAt: new Date('2026-01-01T00:00:00Z'), sentAt },
  ]);
  expect(await restored.entries.listUnknown(portalId, new Date(), 9)).toHaveLength(2);
});

test('a file that was changed or cut short, is of a newer form or of another key: nothing is written', async () => {
  const empty = mongoUri(uniqueDatabaseName());
  const whole = await readFile(path);
  const broken = join(folder, 'broken');
  const flipped = Buffer.from(whole);
  const at = Math.floor(whole.length / 2);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  const newer = Buffer.from(whole.toString('latin1').replace('backup 1', 'backup 2'), 'latin1');
  const cases: [Buffer, RegExp][] = [
    [flipped, /cut short or changed/],
    [whole.subarray(0, -100), /cut short or changed/],
    [newer, /newer version/],
    [Buffer.from('text'), /no backup/],
  ];
  for (const [bytesOf, sentence] of cases) {
    await writeFile(broken, bytesOf);
    await expect(restore(empty, { path: broken })).rejects.toThrow(sentence);
  }
  await expect(restore(empty, { encryptionKey: other })).rejects.toThrow(/ENCRYPTION_KEY/);
  expect(await readAll(empty)).toEqual({});
});

test('a backup is read by its owner alone and never written over another', async () => {
  expect((await stat(path)).mode & 0o077).toBe(0);
  await expect(store.backUp(path, '0.1.0', () => undefined)).rejects.toThrow(BackupError);
  expect((await readFile(path)).includes(encryptionKey)).toBe(false);
});

test('a store that is used, or whose processes run, is left as it is', async () => {
  const used = await open(uri);
  await expect(restore(uri)).rejects.toThrow(/not empty/);
  await used.leases.take(`${processLeases}one`, 'holder', 60_000);
  await expect(restore(uri, { replace: true, endWithinMs: 0 })).rejects.toThrow(/still run/);
  expect(await used.restores.load()).toMatchObject({ state: 'restored' });
  await used.leases.release(`${processLeases}one`, 'holder');
});

test('with the former key all is sealed anew, and who was forgotten since stays away and is named', async () => {
  const used = await open(uri);
  await used.keptAway.add(portalId, [`phone:${phone}`], 'operation');
  const { forgotten } = await restore(uri, {
    replace: true,
    encryptionKey: other,
    formerKeys: [encryptionKey],
  });
  expect(forgotten).toEqual([personId]);
  const restored = await open(uri, other);
  expect(await restored.isKeyRight()).toBe(true);
  expect([...(await restored.keptAway.whichNames(portalId, [`phone:${phone}`]))]).toHaveLength(1);
});

/** `npm run restore` as a process of its own, which is killed as soon as it has said this. */
function killRestoreAt(to: string, line: string): Promise<NodeJS.Signals | null> {
  const env = {
    ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: folder, MONGODB_URI: to },
    ...{
      ENCRYPTION_KEY: encryptionKey.toString('hex'),
      ADMIN_TOKEN: 'an-admin-token-for-tests-only-0123456789',
    },
  };
  const program = ['--import', 'tsx', join(__dirname, '../../../processes/restore-main.ts'), '--from', path];
  const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytesSaid: Buffer) => {
    said += bytesSaid.toString();
    if (said.includes(line)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
}

test('a restore that is killed in its middle leaves the store closed, and is done by the next one', async () => {
  const killed = mongoUri(uniqueDatabaseName());
  expect(await killRestoreAt(killed, 'links: 1')).toBe('SIGKILL');
  await expect(openStore({ uri: killed, encryptionKey })).rejects.toThrow(RestoringError);
  await restore(killed);
  expect((await readAll(killed))['messages']).toHaveLength(3);
});

test('rows of a message or a link that came while the backup was made are taken out', async () => {
  const rest = {
    portalId,
    chatId: newId(),
    lane: 'live',
    orderAt: new Date(),
    arrivedAt: new Date(),
  } as const;
  const row = { ...rest, v: 0, part: 1 };
  const messageId = (await store.messages.model.findOne().lean())?._id ?? '';
  await store.outbox.add([
    { ...row, item: 'gone/0', messageId: 'gone', target: toLinkTarget(linkId) },
    { ...row, item: `${messageId}/9`, messageId, target: toLinkTarget('gone') },
    { ...row, item: `${messageId}/8`, messageId, target: toLinkTarget(linkId) },
  ]);
  await repairRestored(store.messages.model.db.db as never, new Date());
  const items = ['gone/0', `${messageId}/9`, `${messageId}/8`] as const;
  expect(await store.outbox.whichItems(items)).toEqual(new Set([`${messageId}/8`]));
});
