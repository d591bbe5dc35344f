import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { toLinkWorkflowId, toWatchWorkflowId } from '../domain/ids';
import { cloudLimits } from '../sandbox/portal';
import { messagesArrivedSignal, portalWatchWorkflowName, watchPriority } from '../workflows/messages';
import {
  each,
  encryptionKey,
  linkContacts,
  openBenchStore,
  takeIn,
  type BenchContact,
} from './bench-contacts';
import { startBenchPortal, type BenchPortal } from './bench-portal';
import { rssMb, startOwn, stopOwn } from './bench-servers';
import { benchSettings, comment, minimumMs, type DeliveryOptions, type DeliveryResult } from './delivery-run';
import type { WorkerTask } from './worker-process';

const outageMs = 10 * 60_000;

type Scene = Awaited<ReturnType<typeof openBenchStore>> & { contacts: readonly BenchContact[] };

/** The workflows of linked contacts, as an outage of ours leaves them: parked, without a worker. */
async function park(
  client: Client,
  task: WorkerTask,
  contacts: readonly BenchContact[],
  parked: () => Promise<number>,
) {
  await each(contacts, 8, async ({ linkId }) => {
    const workflowId = toLinkWorkflowId(linkId);
    await client.workflow.start('contactLinkWorkflow', {
      workflowId,
      taskQueue: task.taskQueue,
      args: [{ linkId }],
    });
  });
  const worker = await startOwn('bench/worker-process.ts', [JSON.stringify(task)]);
  while ((await parked()) < contacts.length) await sleep(500);
  await stopOwn(worker);
}

/** An outage of ours leaves old messages, a signal for each link, and the portal's watch, whose sweep is due. */
async function pileUp(client: Client, task: WorkerTask, scene: Scene): Promise<void> {
  const { store, account, portalId, contacts } = scene;
  await each(contacts, 8, (contact) => takeIn(store, account, contact, 'waiting'));
  const arrivedAt = new Date(Date.now() - outageMs);
  await store.outbox.model.updateMany({}, { $set: { arrivedAt } });
  await each(contacts, 8, ({ linkId }) =>
    client.workflow.getHandle(toLinkWorkflowId(linkId)).signal(messagesArrivedSignal),
  );
  await client.workflow.start(portalWatchWorkflowName, {
    workflowId: toWatchWorkflowId(portalId),
    taskQueue: task.taskQueue,
    args: [{ portalId }],
    priority: watchPriority,
  });
}

/** Starts the worker and waits until every message is on its page. */
async function drain(task: WorkerTask, portal: BenchPortal, count: number) {
  const worker = await startOwn('bench/worker-process.ts', [JSON.stringify(task)]);
  const rss: number[] = [];
  const timer = setInterval(() => rss.push(rssMb(worker.child.pid) ?? 0), 5_000);
  const startedAtMs = performance.now();
  while (((await portal.stats()).commands[comment] ?? 0) < count) await sleep(250);
  const catchUpMs = performance.now() - startedAtMs;
  clearInterval(timer);
  await stopOwn(worker);
  return { catchUpMs, rssMb: rss, stats: await portal.stats() };
}

/** As `runDelivery`, but with workflows on a real server and the worker in a process of its own. */
export async function runThroughTemporal(
  options: DeliveryOptions & { temporalAddress: string },
): Promise<DeliveryResult> {
  const portal = await startBenchPortal({ requestLimitMs: benchSettings.portalRequestLimitMs });
  const opened = await openBenchStore(options.mongoUrl, portal.webhookUrl);
  const { store } = opened;
  const connection = await Connection.connect({ address: options.temporalAddress });
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-bench-'));
  try {
    const client = new Client({ connection });
    const bundlePath = join(folder, 'workflows.js');
    const bundle = { workflowsPath: require.resolve('../workflows'), logger: new DefaultLogger('ERROR') };
    writeFileSync(bundlePath, (await bundleWorkflowCode(bundle)).code);
    const task: WorkerTask = {
      mongoUri: opened.mongoUri,
      encryptionKeyHex: encryptionKey.toString('hex'),
      temporalAddress: options.temporalAddress,
      taskQueue: `bench-${randomBytes(6).toString('hex')}`,
      bundlePath,
      settings: { ...benchSettings, parkAfterQuietRounds: 1 },
      concurrentActivities: options.concurrency,
      notesPasses: false,
    };
    const contacts = await linkContacts(opened, portal, options.contacts);
    await park(client, task, contacts, () => store.links.model.countDocuments({ rhythm: 'parked' }).exec());
    await pileUp(client, task, { ...opened, contacts });
    await portal.setCosts({ [comment]: options.costMs });
    await portal.setLimits(cloudLimits);
    await portal.resetStats();
    const drained = await drain(task, portal, contacts.length);
    const delivered = drained.stats.writes.filter(({ method }) => method === comment).length;
    const counts = { rounds: 0, failures: {} };
    return { ...options, ...drained, counts, cpuMs: 0, minimumMs: minimumMs(options), delivered };
  } finally {
    await connection.close();
    await store.close();
    await portal.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
