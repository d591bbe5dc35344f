import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { BackupSettings } from '../activities';
import { toLinkWorkflowId } from '../domain/ids';
import type { Fault } from '../sandbox/portal';
import type { Store } from '../store/store';
import {
  each,
  encryptionKey,
  linkContacts,
  openBenchStore,
  takeIn,
  type BenchContact,
} from './bench-contacts';
import { startBenchPortal, type BenchPortal } from './bench-portal';
import { startOwn, stopOwn, type OwnProcess } from './bench-servers';
import { readLedger, type Ledger } from './chaos-ledger';
import type { WorkerTask } from './worker-process';

export interface ChaosOptions {
  mongoUrl: string;
  temporalAddress: string;
  contacts: number;
  kills: number;
  /** Messages per second, over all contacts, while workers are killed. */
  messagesPerSecond: number;
  /** How long a worker lives at most once it is ready. */
  longestLifeMs?: number;
  settings?: Partial<BackupSettings>;
  /** Told now and then how far it is. */
  onProgress?: (line: string) => void;
}

export interface ChaosResult extends Ledger {
  contacts: number;
  kills: number;
  messages: number;
  /** Faults that happened, by kind. */
  faults: Record<string, number>;
  tookMs: number;
}

const workers = 2;
const comment = 'crm.timeline.comment.add';
/** A batch of a few comments takes long enough to be broken in its middle. */
const commentMs = 40;
const chaosSettings: BackupSettings = {
  backupIntervalMs: 8_000,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 3_000,
  writeWindowMs: 2_000,
  clockMarginMs: 500,
};

const anyFault = (): Fault => {
  const command = randomInt(4);
  const all: Fault[] = [
    { kind: 'dropBefore', method: comment, command },
    { kind: 'dropAfter', method: comment, command },
    { kind: 'dropAnswer', method: comment },
    { kind: 'lateCommit', method: comment, command, delayMs: 500 + randomInt(2_000) },
    { kind: 'html502', method: comment },
  ];
  return all[randomInt(all.length)] ?? { kind: 'dropAnswer', method: comment };
};

/**
 * Messages flow to linked contacts while workers are killed at random moments, connections break in the middle of batches and
 * comments appear late. In the end everything is left in peace, and the pages are compared with what was taken in.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const settings = { ...chaosSettings, ...options.settings };
  const portal = await startBenchPortal({ requestLimitMs: settings.portalRequestLimitMs });
  const opened = await openBenchStore(options.mongoUrl, portal.webhookUrl);
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-chaos-'));
  const connection = await Connection.connect({ address: options.temporalAddress });
  try {
    await portal.setCosts({ [comment]: commentMs });
    const bundlePath = join(folder, 'workflows.js');
    const bundle = { workflowsPath: require.resolve('../workflows'), logger: new DefaultLogger('ERROR') };
    writeFileSync(bundlePath, (await bundleWorkflowCode(bundle)).code);
    const task: WorkerTask = {
      mongoUri: opened.mongoUri,
      encryptionKeyHex: encryptionKey.toString('hex'),
      temporalAddress: options.temporalAddress,
      taskQueue: `chaos-${randomBytes(6).toString('hex')}`,
      bundlePath,
      settings,
      concurrentActivities: null,
      notesPasses: true,
    };
    const contacts = await linkContacts(opened, portal, options.contacts);
    const client = new Client({ connection });
    await startWorkflows(client, task.taskQueue, contacts);
    const result = await rage({ options, ...opened, portal, contacts, task });
    await stopWorkflows(client, contacts);
    return result;
  } finally {
    await connection.close();
    await opened.store.close();
    await portal.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const startWorkflows = (client: Client, taskQueue: string, contacts: readonly BenchContact[]) =>
  each(contacts, 8, async ({ linkId }) => {
    const workflowId = toLinkWorkflowId(linkId);
    await client.workflow.start('contactLinkWorkflow', { workflowId, taskQueue, args: [{ linkId }] });
  });

const stopWorkflows = (client: Client, contacts: readonly BenchContact[]) =>
  each(contacts, 8, async ({ linkId }) => {
    await client.workflow.getHandle(toLinkWorkflowId(linkId)).terminate();
  });

interface Scene extends Awaited<ReturnType<typeof openBenchStore>> {
  options: ChaosOptions;
  portal: BenchPortal;
  contacts: BenchContact[];
  task: WorkerTask;
}

async function rage(scene: Scene): Promise<ChaosResult> {
  const { options, portal, store, contacts, task } = scene;
  const startedAtMs = performance.now();
  const state = { killsLeft: options.kills, faults: {} as Record<string, number> };
  const isRaging = () => state.killsLeft > 0;
  const [told] = await Promise.all([
    talk(scene, isRaging),
    disturb(portal, state.faults, isRaging),
    ...Array.from({ length: workers }, () => killAgainAndAgain(task, state, options)),
  ]);
  await portal.setFaults([]);
  options.onProgress?.('peace');
  const survivors = await Promise.all(Array.from({ length: workers }, () => startWorker(task)));
  try {
    await untilQuiet(store);
  } finally {
    await Promise.all(survivors.map((own) => stopOwn(own)));
  }
  const ledger = await readLedger({ portal, store, contacts, told });
  const messages = [...told.values()].reduce((sum, count) => sum + count, 0);
  const { kills } = options;
  const tookMs = performance.now() - startedAtMs;
  return { ...ledger, contacts: contacts.length, kills, messages, faults: state.faults, tookMs };
}

/** Takes messages in, each contact's in their order, until the rage is over; gives how many each contact got. */
async function talk({ options, store, account, contacts }: Scene, isRaging: () => boolean) {
  const told = new Map(contacts.map(({ linkId }) => [linkId, 0]));
  const pauseMs = 1000 / options.messagesPerSecond;
  for (let round = 0; isRaging(); round += 1) {
    const contact = contacts[round < contacts.length ? round : randomInt(contacts.length)];
    if (!contact) break;
    const count = (told.get(contact.linkId) ?? 0) + 1;
    await takeIn(store, account, contact, `m${count}`);
    told.set(contact.linkId, count);
    await sleep(pauseMs);
  }
  return told;
}

async function disturb(portal: BenchPortal, faults: Record<string, number>, isRaging: () => boolean) {
  while (isRaging()) {
    const fault = anyFault();
    await portal.setFaults([fault]);
    await sleep(1_000 + randomInt(2_000));
    const isOver = (await portal.faults()).length === 0;
    if (isOver) faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
  }
}

const startWorker = (task: WorkerTask): Promise<OwnProcess> =>
  startOwn('bench/worker-process.ts', [JSON.stringify(task)]);

async function killAgainAndAgain(
  task: WorkerTask,
  state: { killsLeft: number },
  { onProgress, kills, longestLifeMs = 6_000 }: ChaosOptions,
): Promise<void> {
  while (state.killsLeft > 0) {
    const own = await startWorker(task);
    await sleep(randomInt(longestLifeMs));
    await stopOwn(own, 'SIGKILL');
    state.killsLeft -= 1;
    if (state.killsLeft % 10 === 0) onProgress?.(`${kills - state.killsLeft} of ${kills} kills`);
  }
}

async function untilQuiet(store: Store, limitMs = 300_000): Promise<void> {
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    const [rows, entries] = await Promise.all([
      store.outbox.model.countDocuments({}).exec(),
      store.entries.model.countDocuments({ state: { $in: ['planned', 'sending'] } }).exec(),
    ]);
    if (rows === 0 && entries === 0) return;
    if (performance.now() > giveUpAtMs) throw new Error(`${rows} rows and ${entries} entries still wait`);
    await sleep(250);
  }
}
