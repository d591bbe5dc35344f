/**
 * Records the histories of test/histories/ anew from the real servers, worker and sandbox portal, in about a minute:
 *
 *     npm run record-histories [-- --release]
 *
 * `--release`: into a folder of this version, once; they are what its runs look like for ever, and replay with every later version.
 * Without it: to be run when a plot in workflows/ changes in a way that open workflows cannot follow; then that change must be
 * deployed with care as well, since these histories are what runs of the last version look like.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { WorkflowHandle } from '@temporalio/client';
import { toLinkWorkflowId, toWatchWorkflowId } from '../../domain/ids';
import type { LinkChange } from '../../store/links/link-schema';
import {
  backUpNowSignal,
  changeContactUpdate,
  linkUpdate,
  messagesArrivedSignal,
  pauseSignal,
  portalWatchWorkflowName,
  resumeSignal,
  statusQuery,
  sweepNowSignal,
  unlinkUpdate,
  watchStatusQuery,
  type LinkStatus,
} from '../../workflows/messages';
import startTestServers from './global-setup';
import stopTestServers from './global-teardown';
import { planted } from './planted';
import {
  eventually,
  requestLink,
  say,
  startProduct,
  type Product,
  type ProductOptions,
} from '../scenes/product';

const root = join(__dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const isRelease = process.argv.includes('--release');
const folder = join(root, 'test/histories', isRelease ? version : '');
const intervalMs = 1_000;
const contacts = [{ name: planted.contactName, phones: [planted.phone] }];

/** Saves a run as it is so far. What names this machine is left out: its host, and where the code lies (in the stack of a failure). */
async function save(name: string, handle: WorkflowHandle): Promise<void> {
  const json = historyToJSON(await handle.fetchHistory())
    .replaceAll(hostname(), 'worker')
    .replaceAll(`${root}/`, '');
  writeFileSync(join(folder, `${name}.json`), `${json}\n`);
  process.stderr.write(`${name}: ${(json.length / 1_024).toFixed(0)} KB\n`);
}

let said = 0;
const tell = (product: Product) => {
  said += 1;
  return say(product, { id: `S${said}`, text: planted.text, peer: planted.phone, name: planted.personName });
};

const request = (product: Product, createIfMissing = false): Promise<string> =>
  requestLink(product, { phone: planted.phone, name: planted.personName, createIfMissing });

const handleOf = ({ client }: Product, linkId: string): WorkflowHandle =>
  client.workflow.getHandle(toLinkWorkflowId(linkId));

const reaches = (what: string, handle: WorkflowHandle, isReached: (status: LinkStatus) => boolean) =>
  eventually(what, async () => isReached(await handle.query(statusQuery)), 120_000);

async function closes(handle: WorkflowHandle): Promise<void> {
  await eventually('the end of the run', async () => (await handle.describe()).status.name === 'COMPLETED');
}

/** Linked, backed up, paused and resumed, nudged; then the next run. */
async function recordRounds(product: Product): Promise<void> {
  const { store, client } = product;
  await tell(product);
  const linkId = await request(product);
  const handle = handleOf(product, linkId);
  await handle.executeUpdate(linkUpdate);
  const { runId } = await handle.describe();
  await reaches('the first backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 1);
  await store.links.setRhythm(linkId, 'paused', ['rounds']);
  await handle.signal(pauseSignal);
  await reaches('the pause', handle, ({ rhythm }) => rhythm === 'paused');
  await tell(product);
  await store.links.setRhythm(linkId, 'rounds', ['paused']);
  await handle.signal(resumeSignal);
  await reaches('the second backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 2);
  await tell(product);
  await handle.signal(backUpNowSignal);
  await reaches('the third backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 3);
  await eventually('the next run', async () => (await handle.describe()).runId !== runId, 120_000);
  await tell(product);
  await reaches('a backup of the next run', handle, ({ messagesBackedUp }) => messagesBackedUp === 4);
  await eventually('a timer of the next run', async () =>
    (await handle.fetchHistory()).events?.some(({ timerFiredEventAttributes }) => timerFiredEventAttributes),
  );
  await save('link-rounds-1', client.workflow.getHandle(toLinkWorkflowId(linkId), runId));
  await save('link-rounds-2', handle);
}

/** Quiet rounds as tries of one activity: ended by a wake, by what a try found, and by the end of the link. */
async function recordQuiet(product: Product): Promise<void> {
  await tell(product);
  const linkId = await request(product);
  const handle = handleOf(product, linkId);
  await reaches('the first backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 1);
  const triesAgain = () =>
    eventually('some tries', async () =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(({ attempt }) => (attempt ?? 0) >= 3),
    );
  await triesAgain();
  await tell(product);
  await handle.signal(messagesArrivedSignal);
  await reaches('the second backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 2);
  await triesAgain();
  await tell(product);
  await reaches('the third backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 3);
  await triesAgain();
  await change(product, linkId, { kind: 'unlink', crmContactId: null, entries: 'keep', remember: false });
  await closes(handle);
  await save('link-quiet', handle);
}

/** A contact that must be made; then quiet, parked, woken. */
async function recordParking(product: Product): Promise<void> {
  const linkId = await request(product, true);
  const handle = handleOf(product, linkId);
  await reaches('parking', handle, ({ rhythm }) => rhythm === 'parked');
  await tell(product);
  await handle.signal(messagesArrivedSignal);
  await reaches('the backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 1);
  await reaches('parking again', handle, ({ rhythm }) => rhythm === 'parked');
  await save('link-parked', handle);
}

/** The portal is away for some rounds. */
async function recordOutage(product: Product): Promise<void> {
  const linkId = await request(product);
  const handle = handleOf(product, linkId);
  await reaches('the first round', handle, ({ lastCheckedAt }) => lastCheckedAt !== null);
  product.portal.setFaults([{ kind: 'down', times: -1 }]);
  await tell(product);
  await reaches('the trouble', handle, ({ attention }) => attention !== null);
  product.portal.setFaults([]);
  await reaches('the first backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 1);
  await save('link-outage', handle);
}

async function recordReview(product: Product): Promise<void> {
  const linkId = await request(product);
  const handle = handleOf(product, linkId);
  await handle.executeUpdate(linkUpdate);
  await closes(handle);
  await save('link-review', handle);
}

async function change(
  product: Product,
  linkId: string,
  wanted: Omit<LinkChange, 'operationId'>,
): Promise<void> {
  const { store, portalId } = product;
  const { _id: operationId } = await store.operations.begin({ portalId, linkId, kind: wanted.kind });
  await store.links.requestChange(linkId, { ...wanted, operationId });
  const update = wanted.kind === 'unlink' ? unlinkUpdate : changeContactUpdate;
  await handleOf(product, linkId).executeUpdate(update);
}

/** Another contact, then the end. */
async function recordChanges(product: Product): Promise<void> {
  await tell(product);
  const linkId = await request(product);
  const handle = handleOf(product, linkId);
  await reaches('the first backup', handle, ({ messagesBackedUp }) => messagesBackedUp === 1);
  const crmContactId = product.portal.addContact({ name: planted.contactName });
  const first = { kind: 'changeContact', crmContactId, entries: 'move', remember: false } as const;
  await change(product, linkId, first);
  await tell(product);
  await reaches('a backup to the other contact', handle, ({ messagesBackedUp }) => messagesBackedUp === 2);
  await change(product, linkId, { kind: 'unlink', crmContactId: null, entries: 'remove', remember: true });
  await closes(handle);
  await save('link-changed-and-unlinked', handle);
}

async function recordWatch(product: Product): Promise<void> {
  const { client, portalId, taskQueue } = product;
  const workflowId = toWatchWorkflowId(portalId);
  const handle = await client.workflow.start(portalWatchWorkflowName, {
    workflowId,
    taskQueue,
    args: [{ portalId }],
  });
  const sweeps = async (count: number) => {
    for (let swept = 0; swept < count; swept += 1) {
      const before = (await handle.query(watchStatusQuery)).lastSweepAt;
      await eventually('a sweep', async () => (await handle.query(watchStatusQuery)).lastSweepAt !== before);
    }
  };
  await sweeps(2);
  await tell(product);
  await request(product);
  await handle.signal(sweepNowSignal);
  await sweeps(3);
  await save('portal-watch', handle);
  await handle.terminate();
}

async function record(options: ProductOptions, scene: (product: Product) => Promise<void>): Promise<void> {
  const product = await startProduct({
    ...options,
    settings: { backupIntervalMs: intervalMs, quietBy: 'timer', ...options.settings },
  });
  try {
    await product.startWorker();
    await scene(product);
  } finally {
    await product.close();
  }
}

async function main(): Promise<void> {
  if (isRelease && existsSync(folder)) throw new Error(`${version} has its histories: a new version is due`);
  mkdirSync(folder, { recursive: true });
  await startTestServers();
  try {
    await Promise.all([
      record({ portal: { contacts } }, recordRounds),
      record({ settings: { parkAfterQuietRounds: 2 } }, recordParking),
      record({ portal: { contacts }, settings: { quietBy: 'retries' } }, recordQuiet),
      record({ portal: { contacts } }, recordOutage),
      record({ portal: { contacts: [...contacts, ...contacts] } }, recordReview),
      record({ portal: { contacts } }, recordChanges),
      record({ portal: { contacts } }, recordWatch),
    ]);
  } finally {
    await stopTestServers();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
