import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { startWatch } from '../../api/watch-starter';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { toLinkTarget, toLinkWorkflowId } from '../../domain/ids';
import { ingestMessages } from '../../intake/ingest-message';
import { restoreBackup } from '../../store/backup/restore-backup';
import { openStore, type Store } from '../../store/store';
import { createWorker } from '../../worker/create-worker';
import { toIncoming } from '../helpers/incoming';
import { makeNamespace } from '../helpers/processes';
import { mongoUri, temporalAddress, uniqueDatabaseName } from '../helpers/servers';
import { workflowBundle } from '../helpers/workflow-bundle';
import { encryptionKey, eventually, requestLink, startProduct, type Product } from '../scenes/product';

/** Store and Temporal are destroyed together, between a backup and its restore; only the portal and the sources are left. */
const people = ['quiet', 'talking', 'waiting', 'asked'] as const;
type Who = (typeof people)[number];

const phones: Record<Who, string> = {
  quiet: '+491705550001',
  talking: '+491705550002',
  waiting: '+491705550003',
  asked: '+491705550004',
};
const linkIds = {} as Record<Who, string>;
const contactIds = {} as Record<Who, number>;
let product: Product;
let folder: string;
let restored: Store;
let temporal: Client;
const closing: (() => Promise<unknown>)[] = [];

/** Texts of one letter of one person, a second apart. */
async function say(store: Store, who: Who, letters: string): Promise<void> {
  const [account] = await store.accounts.list();
  const said = [...letters].map((text) =>
    toIncoming({
      ...{ id: `${who}-${text}`, text, peer: phones[who] },
      at: new Date(Date.now() - 60_000 + text.charCodeAt(0) * 100),
    }),
  );
  if (account) await ingestMessages(store, account, said, 'test');
}

/** Everything that stands on somebody's page, in its order. */
const told = (who: Who): string =>
  product.portal
    .comments(contactIds[who])
    .flatMap(({ text }) => text.split('\n').flatMap((line) => /: ([a-z])$/.exec(line)?.[1] ?? []))
    .join('');
const untilTold = (who: Who, letters: string) =>
  eventually(`${letters} on the page of ${who}`, () => told(who).length >= letters.length);

async function liveUntilBackup(): Promise<void> {
  const { store, portal } = product;
  const worker = await product.startWorker();
  for (const who of people) contactIds[who] = portal.addContact({ name: who, phones: [phones[who]] });
  for (const who of ['quiet', 'talking', 'waiting'] as const) {
    linkIds[who] = await requestLink(product, { phone: phones[who] });
    await say(store, who, 'ab');
  }
  for (const who of ['quiet', 'talking', 'waiting'] as const) await untilTold(who, 'ab');
  await worker.stop();
  // Nobody works now: this waits, and this request was answered by nobody.
  await say(store, 'waiting', 'c');
  const request = {
    crmContactId: null,
    createIfMissing: false,
    name: null,
    at: new Date(Date.now() - 60_000),
  };
  const identity = { aliases: [{ kind: 'phone' as const, key: `phone:${phones.asked}` }], name: null };
  const asked = await store.people.findOrCreate(product.portalId, identity, 'test');
  linkIds.asked = (await store.links.insertPending(product.portalId, asked._id, request))?._id ?? '';
  await say(store, 'asked', 'a');
  await store.backUp(join(folder, 'backup'), '0.1.0', () => undefined);
}

/** What comes after the backup is on its pages, and then everything but these is gone. */
async function loseAll(): Promise<void> {
  const { store, client, databaseName } = product;
  const worker = await product.startWorker();
  await say(store, 'talking', 'cd');
  await untilTold('talking', 'abcd');
  await untilTold('waiting', 'abc');
  await worker.stop();
  for (const linkId of Object.values(linkIds))
    await client.workflow
      .getHandle(toLinkWorkflowId(linkId))
      .terminate()
      .catch(() => undefined);
  await store.links.model.db.useDb(databaseName).dropDatabase();
}

/** An empty Temporal, and the database of the backup; what an API does when it begins, and a worker. */
async function restoreAll(): Promise<void> {
  const uri = mongoUri(uniqueDatabaseName());
  const rest = { formerKeys: [], replace: false, onProgress: () => undefined };
  await restoreBackup({ path: join(folder, 'backup'), uri, encryptionKey, ...rest });
  restored = await openStore({ uri, encryptionKey });
  closing.push(() => restored.close());
  const namespace = `n${uniqueDatabaseName().replaceAll('_', '-')}`;
  await makeNamespace(namespace);
  const { settings } = product.deps;
  const directory = createPortalDirectory({
    credentials: restored.portals,
    budgets: restored.budgets,
    requestLimitMs: settings.portalRequestLimitMs,
    writeWindowMs: settings.writeWindowMs,
    probeEveryMs: settings.backupIntervalMs,
  });
  closing.push(() => directory.close());
  const native = await NativeConnection.connect({ address: temporalAddress() });
  const { taskQueue } = product;
  const worker = await createWorker({
    ...{ connection: native, namespace, taskQueue, workflowBundle: await workflowBundle() },
    deps: { store: restored, portalOf: directory.portalOf, settings },
  });
  const run = worker.run();
  closing.push(async () => {
    worker.shutdown();
    await run;
    await native.close();
  });
  const connection = await Connection.connect({ address: temporalAddress() });
  closing.push(() => connection.close());
  temporal = new Client({ connection, namespace });
  await startWatch({ temporal, taskQueue }, product.portalId);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contact-link-all-lost-'));
  product = await startProduct();
  await liveUntilBackup();
  await loseAll();
  await restoreAll();
  // The sources deliver again what was on its way, and something new.
  await say(restored, 'talking', 'bcde');
  await say(restored, 'waiting', 'cd');
  await say(restored, 'quiet', 'c');
  for (const [who, letters] of [
    ['quiet', 'abc'],
    ['talking', 'abcde'],
    ['waiting', 'abcd'],
    ['asked', 'a'],
  ] as const)
    await untilTold(who, letters);
  const targets = Object.values(linkIds).map(toLinkTarget);
  await eventually('nothing that waits', async () => !(await restored.outbox.hasAny(...targets)));
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await product.close();
  await rm(folder, { recursive: true, force: true });
});

test('every message is on its page once and in order, those too that were posted after the backup', () => {
  expect(people.map(told)).toEqual(['abc', 'abcde', 'abcd', 'a']);
});

test('every link has a workflow again, in a Temporal that knew of none, and a request of before is carried out', async () => {
  for (const linkId of Object.values(linkIds)) {
    const { status } = await temporal.workflow.getHandle(toLinkWorkflowId(linkId)).describe();
    expect(status.name).toBe('RUNNING');
  }
  const links = await restored.links.loadMany(Object.values(linkIds));
  expect(links.map(({ state, attention }) => [state, attention])).toEqual(people.map(() => ['linked', null]));
});

test('the restored store knows what was posted since the backup as its own', async () => {
  const target = toLinkTarget(linkIds.talking);
  expect(await restored.entries.hasUnsettled(target)).toBe(false);
  const entries = await restored.entries.listOfTarget(target);
  const ids = new Set(entries.map(({ commentId }) => commentId));
  expect(product.portal.comments(contactIds.talking).every(({ id }) => ids.has(id))).toBe(true);
});
