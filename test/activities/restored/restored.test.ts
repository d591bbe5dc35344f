import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityDeps } from '../../../activities';
import { toGroupTarget, toLinkTarget } from '../../../domain/ids';
import { ingestMessages } from '../../../intake/ingest-message';
import { restoreBackup } from '../../../store/backup/restore-backup';
import { openStore, type Store } from '../../../store/store';
import { toIncoming } from '../../helpers/incoming';
import { mongoUri, uniqueDatabaseName } from '../../helpers/servers';
import { startDelivery, type Delivery, type Linked } from '../../scenes/delivery';
import { groupChat, sayInGroup } from '../../scenes/group';
import { eventually } from '../../scenes/product';
import { bring, sayFile } from '../files/scene';

/** What a day of losing everything looks like, each on a link of its own: all happens once, the tests ask what came of it. */
const names = [
  'redelivered',
  'waiting',
  'planned',
  'cutAnew',
  'withFile',
  'meanwhile',
  'one',
  'another',
] as const;
type Name = (typeof names)[number];

let before: Delivery;
let restored: Store;
let folder: string;
let links: Record<Name, Linked>;
let commentsBefore: number;

const start = Date.now() - 3_600_000;
const minute = (at: number) => new Date(start + at * 60_000);

/** Texts of one letter, a minute apart: `c` is said two minutes after `a`. */
async function say(store: Store, { phone: peer }: Linked, letters: string): Promise<void> {
  const [account] = await store.accounts.list();
  const said = [...letters].map((text) => {
    const at = minute(text.charCodeAt(0) - 97);
    return toIncoming({ id: `id-${text}`, text, peer, at });
  });
  if (account) await ingestMessages(store, account, said, 'test');
}

async function sayToGroup(store: Store, letters: string): Promise<void> {
  const [account] = await store.accounts.list();
  const said = [...letters].map((text) => {
    const place = text.charCodeAt(0) - 97;
    return { text, by: links[place % 2 === 0 ? 'one' : 'another'].phone, at: minute(place) };
  });
  if (account) await sayInGroup(store, account, ...said);
}

/** A process that dies between planning and sending. */
const dies = (deps: ActivityDeps): ActivityDeps => ({
  ...deps,
  portalOf: async (portalId) => {
    const portal = await deps.portalOf(portalId);
    const addComment = () => Promise.reject(new Error('this process is dead'));
    return { ...portal, timeline: { ...portal.timeline, addComment } };
  },
});

async function untilQuiet(delivery: Delivery, store: Store, ...asked: Linked[]): Promise<void> {
  const process = delivery.createProcess({ store });
  await eventually('nothing waiting', async () => {
    const rounds = await delivery.run(process, asked);
    return rounds.every((round) => !(round instanceof Error) && round?.pendingMessages === 0);
  });
}

async function sayFileOf(delivery: Delivery): Promise<void> {
  await bring(delivery, await sayFile(delivery, links.withFile, { id: 'file-1', at: minute(1) }), 'bytes');
}

/** Each is on its page before the next one is said. */
async function talkMeanwhile(): Promise<void> {
  for (const letter of 'abcdef') {
    await say(before.store, links.meanwhile, letter);
    await untilQuiet(before, before.store, links.meanwhile);
  }
}

async function untilBackup(): Promise<void> {
  const { store } = before;
  await say(store, links.redelivered, 'a');
  await sayToGroup(store, 'ab');
  await untilQuiet(before, store, links.redelivered, links.one, links.another);
  for (const name of ['waiting', 'planned', 'cutAnew'] as const) await say(store, links[name], 'a');
  await before.run(before.createProcess({}, dies), [links.planned, links.cutAnew]);
  const backedUp = store.backUp(join(folder, 'backup'), '0.1.0', () => undefined);
  await Promise.all([backedUp, talkMeanwhile()]);
}

async function afterBackup(): Promise<void> {
  const { store } = before;
  await untilQuiet(before, store, links.planned);
  const target = toLinkTarget(links.cutAnew.linkId);
  for (const entry of await store.entries.listUnsettled(target, 'live')) await store.entries.cancel(entry);
  for (const name of ['waiting', 'cutAnew', 'redelivered'] as const) await say(store, links[name], 'b');
  await sayFileOf(before);
  await untilQuiet(before, store, ...Object.values(links));
  await say(store, links.redelivered, 'cd');
  await sayToGroup(store, 'cd');
  await untilQuiet(before, store, ...Object.values(links));
}

async function restore(): Promise<void> {
  const uri = mongoUri(uniqueDatabaseName());
  const encryptionKey = Buffer.alloc(32, 7);
  const path = join(folder, 'backup');
  const rest = { formerKeys: [], replace: false, onProgress: () => undefined };
  await restoreBackup({ path, uri, encryptionKey, ...rest });
  restored = await openStore({ uri, encryptionKey });
}

/** First what the store has by itself, then all that the sources deliver again, and something new. */
async function goOn(): Promise<void> {
  await untilQuiet(before, restored, ...Object.values(links));
  await say(restored, links.redelivered, 'dcbae');
  for (const name of ['waiting', 'planned', 'cutAnew'] as const) await say(restored, links[name], 'bac');
  await say(restored, links.meanwhile, 'abcdefg');
  await sayFileOf({ ...before, store: restored });
  await sayToGroup(restored, 'edcba');
  await untilQuiet(before, restored, ...Object.values(links));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contact-link-restored-'));
  before = await startDelivery();
  const made = await Promise.all(names.map(async (name) => [name, await before.link()] as const));
  links = Object.fromEntries(made) as Record<Name, Linked>;
  await untilBackup();
  await afterBackup();
  commentsBefore = before.portal.comments(links.redelivered.contactId).length;
  await restore();
  await goOn();
});

afterAll(async () => {
  await restored.close();
  await before.close();
  await rm(folder, { recursive: true, force: true });
});

const told = (name: Name) => before.told(links[name].contactId).join('');

test('what was posted after the backup is not posted again, however it is delivered and cut now', () => {
  expect(commentsBefore).toBe(3);
  expect(told('redelivered')).toBe('abcde');
  expect(before.portal.comments(links.redelivered.contactId)).toHaveLength(commentsBefore + 1);
});

test('what waited when the backup was made is known on its page', () => expect(told('waiting')).toBe('abc'));

test('an entry that was planned then, and sent later, is found', () => expect(told('planned')).toBe('abc'));

test('an entry that was planned then, and sent with more in it, is not sent as it was', () => {
  expect(told('cutAnew')).toBe('abc');
});

test('what was said and posted while the backup was made is there once', () => {
  expect(told('meanwhile')).toBe('abcdefg');
});

test('a group is known on the pages of its members', () => {
  for (const name of ['one', 'another'] as const) expect(told(name)).toBe('abcde');
});

test('a file is not attached again, and counts as told', async () => {
  const comments = before.portal.comments(links.withFile.contactId);
  expect(comments.flatMap(({ files }) => files)).toHaveLength(1);
  const account = (await restored.accounts.list())[0]?._id ?? '';
  expect(await restored.media.listOfStanzas(account, ['file-1'])).toMatchObject([
    { state: 'stored', toldAt: expect.any(Date) },
  ]);
});

test('the restored store knows every comment as an entry of its own, and nothing waits', async () => {
  const group = toGroupTarget((await groupChat(restored, before.portalId))._id);
  const targets = [group, ...Object.values(links).map(({ linkId }) => toLinkTarget(linkId))];
  expect(await restored.outbox.hasAny(...targets)).toBe(false);
  expect(await restored.entries.hasUnsettled(...targets)).toBe(false);
  const entries = await restored.entries.listOfTarget(toLinkTarget(links.redelivered.linkId));
  const ids = before.portal.comments(links.redelivered.contactId).map(({ id }) => id);
  expect(entries.map(({ commentId }) => commentId)).toEqual(ids);
  expect(entries.map(({ state }) => state)).toEqual(ids.map(() => 'delivered'));
});
