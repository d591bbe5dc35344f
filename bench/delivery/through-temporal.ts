import { setTimeout as sleep } from 'node:timers/promises';
import { toLinkWorkflowId, toWatchWorkflowId } from '../../domain/ids';
import { cloudLimits } from '../../sandbox/portal';
import { messagesArrivedSignal, portalWatchWorkflowName, watchPriority } from '../../workflows/messages';
import { each, takeIn } from '../scene/contacts';
import { cpuMsOf, findProcesses } from '../rhythm/processes';
import { portionsOf } from '../../linking/portions';
import { openParked } from '../scene/parked';
import { openScene, startWorker, type Scene } from '../scene/scene';
import { rssMb, stopOwn, type OwnProcess } from '../scene/servers';
import { benchSettings, comment, minimumMs, type DeliveryOptions, type DeliveryResult } from './run';

const outageMs = 10 * 60_000;

/** The workflows of linked contacts, as an outage of ours finds them: parked. */
async function park({ store, client, portalId, task, contacts }: Scene): Promise<void> {
  const at = new Date();
  const { model } = store.links;
  for await (const some of portionsOf(contacts, 2_000)) {
    const those = { _id: { $in: some.map(({ linkId }) => linkId) } };
    const clocks = { lastCheckedAt: at, lastSyncAt: at, lastTriedAt: at };
    await model.updateMany(those, { $set: { rhythm: 'parked', ...clocks } });
  }
  const worker = await startWorker(task);
  await openParked(client, { portalId, taskQueue: task.taskQueue }, contacts);
  await stopOwn(worker);
}

/** An outage of ours leaves old messages, a signal for each link, and the portal's watch, whose sweep is due. */
async function pileUp({ client, task, store, account, portalId, contacts }: Scene): Promise<void> {
  await each(contacts, 8, async (contact) => {
    await takeIn(store, account, contact, 'waiting');
  });
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

/** Processor time so far of the worker and of Temporal's server, in seconds. */
const cpuSecondsOf = (worker: OwnProcess, temporalAddress: string): number[] =>
  [[worker.child.pid ?? 0], findProcesses({ words: ['start-dev', temporalAddress.replace(/^.*:/, '')] })].map(
    (part) => Math.round(cpuMsOf(part) / 1_000),
  );

/** Starts the worker and, from when it is ready, waits until every message is on its page. */
async function catchUp({ task, portal, contacts }: Scene) {
  const worker = await startWorker(task);
  const rss: number[] = [];
  const timer = setInterval(() => rss.push(rssMb(worker.child.pid) ?? 0), 5_000);
  const before = cpuSecondsOf(worker, task.temporalAddress);
  const startedAtMs = performance.now();
  while (((await portal.stats()).commands[comment] ?? 0) < contacts.length) await sleep(250);
  const catchUpMs = performance.now() - startedAtMs;
  clearInterval(timer);
  const [ofWorker = 0, ofTemporal = 0] = cpuSecondsOf(worker, task.temporalAddress).map(
    (seconds, index) => seconds - (before[index] ?? 0),
  );
  process.stdout.write(`  processor seconds: worker ${ofWorker}, Temporal ${ofTemporal}\n`);
  await stopOwn(worker);
  return { catchUpMs, rssMb: rss, stats: await portal.stats() };
}

/** As `runDelivery`, but with workflows on a real server and the worker in a process of its own. */
export async function runThroughTemporal(
  options: DeliveryOptions & { temporalAddress: string },
): Promise<DeliveryResult> {
  const settings = { ...benchSettings, parkAfterQuietRounds: 1 };
  const task = { concurrentActivities: options.concurrency };
  const scene = await openScene({ ...options, settings, task });
  try {
    await park(scene);
    await pileUp(scene);
    await scene.portal.setCosts({ [comment]: options.costMs });
    await scene.portal.setLimits(cloudLimits);
    await scene.portal.resetStats();
    const caught = await catchUp(scene);
    const delivered = caught.stats.writes.filter(({ method }) => method === comment).length;
    const counts = { rounds: 0, failures: {} };
    return { ...options, ...caught, counts, cpuMs: 0, minimumMs: minimumMs(options), delivered };
  } finally {
    await scene.close();
  }
}
