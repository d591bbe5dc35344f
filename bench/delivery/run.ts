import type { ActivityDeps, BackupSettings } from '../../activities';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { cloudLimits, type Stats } from '../../sandbox/portal';
import { each, linkContacts, openBenchStore, takeIn } from '../scene/contacts';
import { startBenchPortal } from '../scene/portal';
import { rssMb } from '../scene/servers';
import { runRounds, type RoundCounts } from './direct-rounds';

export interface DeliveryOptions {
  mongoUrl: string;
  contacts: number;
  /** The portal's cost of one comment, in ms. */
  costMs: number;
  concurrency: number;
}

export interface DeliveryResult extends DeliveryOptions {
  catchUpMs: number;
  /** By `minimumMs`. */
  minimumMs: number;
  stats: Stats;
  counts: RoundCounts;
  rssMb: number[];
  /** Processor time of this process, which does the worker's part. */
  cpuMs: number;
  /** Comments on the pages. */
  delivered: number;
}

export const benchSettings: BackupSettings = {
  backupIntervalMs: 180_000,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 60_000,
  writeWindowMs: 10_000,
  clockMarginMs: 5_000,
};

const batchesAtOnce = 4;
/** What a method used is given back so long after it. */
export const operatingWindowMs = 600_000;
export const comment = 'crm.timeline.comment.add';

/**
 * The least time in which a backlog of D comments of t can drain, from an unused portal: its credit of method time and the
 * rate at which it comes back, the parallel batches, or the request bucket, whichever is slowest.
 */
export function minimumMs({ contacts, costMs }: Pick<DeliveryOptions, 'contacts' | 'costMs'>): number {
  const workMs = contacts * costMs;
  return Math.max(
    (workMs - cloudLimits.operatingLimitSeconds * 1000) / 0.8,
    workMs / batchesAtOnce,
    ((Math.ceil(contacts / 50) - cloudLimits.burst) / cloudLimits.drainPerSecond) * 1000,
  );
}

/**
 * The least time where method time does not come back evenly, as `minimumMs` has it, but ten minutes after it was used: what is beyond
 * a window's waits for the next one.
 */
export function byWindowsMs(options: Pick<DeliveryOptions, 'contacts' | 'costMs'>): number {
  const { contacts, costMs } = options;
  const windowMs = cloudLimits.operatingLimitSeconds * 1000;
  const windows = Math.max(0, Math.ceil((contacts * costMs) / windowMs) - 1);
  const rest = (contacts * costMs - windows * windowMs) / batchesAtOnce;
  return Math.max(minimumMs(options), windows * operatingWindowMs + rest);
}

/** One message for each of many contacts waits; then rounds begin, against the limits of a cloud portal in real time. */
export async function runDelivery(options: DeliveryOptions): Promise<DeliveryResult> {
  const portal = await startBenchPortal({ requestLimitMs: benchSettings.portalRequestLimitMs });
  const { store, portalId, account } = await openBenchStore(options.mongoUrl, portal.webhookUrl);
  const directory = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: benchSettings.portalRequestLimitMs,
  });
  try {
    const contacts = await linkContacts({ store, portalId }, portal, options.contacts);
    await each(contacts, 8, async (contact) => {
      await takeIn(store, account, contact, 'waiting');
    });
    await portal.setCosts({ [comment]: options.costMs });
    await portal.setLimits(cloudLimits);
    await portal.resetStats();
    const deps: ActivityDeps = { store, portalOf: directory.portalOf, settings: benchSettings };
    const linkIds = contacts.map(({ linkId }) => linkId);
    const measured = await measure(deps, linkIds, options.concurrency);
    const stats = await portal.stats();
    const delivered = stats.writes.filter(({ method }) => method === comment).length;
    return { ...options, ...measured, minimumMs: minimumMs(options), stats, delivered };
  } finally {
    await directory.close();
    await store.close();
    await portal.stop();
  }
}

async function measure(deps: ActivityDeps, linkIds: readonly string[], concurrency: number) {
  const rss: number[] = [];
  const sample = () => rss.push(rssMb(process.pid) ?? Math.round(process.memoryUsage.rss() / 1_048_576));
  const timer = setInterval(sample, 5_000);
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();
  const { backupIntervalMs: intervalMs } = benchSettings;
  const counts = await runRounds(deps, { linkIds, concurrency, intervalMs, isOver: () => false });
  const catchUpMs = performance.now() - startedAtMs;
  clearInterval(timer);
  sample();
  const { user, system } = process.cpuUsage(cpu);
  return { catchUpMs, counts, rssMb: rss, cpuMs: Math.round((user + system) / 1000) };
}

/** Commands a batch had, on the average; the last batch, which takes what is left, is not counted. */
export function fillOf({ batchFill }: Pick<Stats, 'batchFill'>): number {
  const sizes = Object.entries(batchFill).flatMap(([size, times]) => Array<number>(times).fill(Number(size)));
  const counted = sizes.sort((a, b) => b - a).slice(0, Math.max(1, sizes.length - 1));
  return counted.reduce((sum, size) => sum + size, 0) / counted.length;
}

/** The result as people read it. */
export function toReport(result: DeliveryResult): string {
  const { stats, rssMb: rss } = result;
  const used = stats.operatingSeconds[comment] ?? 0;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return [
    `  contacts ${result.contacts}, ${result.costMs} ms each, ${result.concurrency} rounds at once`,
    `  delivered ${result.delivered}, requests ${stats.requests}, statuses ${JSON.stringify(stats.statuses)}`,
    `  503 ${stats.queryLimitExceeded}, 429 ${stats.operationTimeLimit}, fullest bucket ${stats.bucketPeak.toFixed(0)} of 50`,
    `  fill ${fillOf(stats).toFixed(1)} of 50 ${JSON.stringify(stats.batchFill)}`,
    `  method time ${used.toFixed(0)} s, ${((used / cloudLimits.operatingLimitSeconds) * 100).toFixed(1)} % of 480 s`,
    `  catch-up ${seconds(result.catchUpMs)} s, least possible ${seconds(result.minimumMs)} s, ratio ${(result.catchUpMs / result.minimumMs).toFixed(2)}; by whole windows of method time ${seconds(byWindowsMs(result))} s`,
    `  rounds ${result.counts.rounds}, failures ${JSON.stringify(result.counts.failures)}`,
    `  rss MB every 5 s: ${rss.join(' ')}; cpu ${seconds(result.cpuMs)} s`,
  ].join('\n');
}
