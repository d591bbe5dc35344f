import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupSettings } from '../../activities';
import { cloudLimits, type Stats } from '../../sandbox/portal';
import { each, takeIn } from '../scene/contacts';
import {
  countWaiting,
  openScene,
  startWorker,
  startWorkflows,
  stopWorkflows,
  untilQuiet,
  type Scene,
} from '../scene/scene';
import { stopOwn } from '../scene/servers';
import { readLedger } from '../chaos/ledger';

export interface SkewOptions {
  mongoUrl: string;
  temporalAddress: string;
  contacts: number;
  /** The portal's cost of one comment, in ms of its time. */
  costMs: number;
  /** Real seconds for a second of the portal's time; 1: as it is. Limits always count at real speed. */
  timeScale: number;
  /** One worker for each: how far its clock is ahead of the machine's. */
  clockSkewsMs: readonly number[];
  /** The run ends when nothing came to a page for so long, or everything has. */
  idleMs: number;
  limitMs: number;
  onProgress?: (line: string) => void;
}

export interface SkewResult {
  contacts: number;
  messages: number;
  onPage: number;
  /** Messages that wait for the portal's time to come back. */
  waiting: number;
  /** Neither on a page nor waiting. */
  lost: number;
  doubled: number;
  queryLimitExceeded: number;
  operationTimeLimit: number;
  statuses: Record<string, number>;
  requests: number;
  batchFill: Stats['batchFill'];
  bucketPeak: number;
  /** Method time of comments. */
  usedSeconds: number;
  /** Comments that each worker brought to a page, by its clock's skew. */
  byWorker: Record<string, number>;
  tookMs: number;
}

const comment = 'crm.timeline.comment.add';
const settings: BackupSettings = {
  backupIntervalMs: 180_000,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 60_000,
  writeWindowMs: 10_000,
  clockMarginMs: 5_000,
};

/**
 * Several workers whose clocks differ bring more to one portal than its limits let through. What the portal counted tells
 * whether they stayed within one budget together. The portal's minutes are real ones: keep a run below ten of them.
 */
export async function runSkew(options: SkewOptions): Promise<SkewResult> {
  const scene = await openScene({ ...options, settings });
  const starting = options.clockSkewsMs.map((clockSkewMs) =>
    startWorker({ ...scene.task, clockSkewMs, notesRequests: true }),
  );
  try {
    await scene.portal.setTiming({
      defaultTimeMs: { [comment]: options.costMs },
      timeScale: options.timeScale,
    });
    await scene.portal.setLimits(cloudLimits);
    await Promise.all(starting);
    const told = await prime(scene);
    const startedAtMs = performance.now();
    await each(scene.contacts.slice(1), 8, async (contact) => {
      await takeIn(scene.store, scene.account, contact, 'm1');
      told.set(contact.linkId, 1);
    });
    await startWorkflows({ ...scene, contacts: scene.contacts.slice(1) });
    await untilIdle(options, scene);
    return await count(scene, told, performance.now() - startedAtMs);
  } finally {
    await Promise.allSettled(starting.map(async (worker) => stopOwn(await worker)));
    await stopWorkflows(scene);
    await scene.close();
  }
}

/** One comment goes ahead of all others: from then on it is known what one costs. */
async function prime(scene: Scene): Promise<Map<string, number>> {
  const [first] = scene.contacts;
  if (!first) throw new Error('no contacts');
  await takeIn(scene.store, scene.account, first, 'm1');
  await startWorkflows({ ...scene, contacts: [first] });
  await untilQuiet(scene.store, 60_000);
  return new Map([[first.linkId, 1]]);
}

async function untilIdle({ contacts, idleMs, limitMs, onProgress }: SkewOptions, { portal }: Scene) {
  const giveUpAtMs = performance.now() + limitMs;
  let last = { done: 0, atMs: performance.now() };
  while (performance.now() < giveUpAtMs) {
    const { commands, operatingSeconds, requests, bucketPeak } = await portal.stats();
    const done = commands[comment] ?? 0;
    if (done >= contacts) return;
    if (done !== last.done) last = { done, atMs: performance.now() };
    else if (performance.now() - last.atMs > idleMs && done > 1) return;
    const used = (operatingSeconds[comment] ?? 0).toFixed(0);
    onProgress?.(`${done} comments, ${used} s, ${requests} requests, bucket up to ${bucketPeak.toFixed(0)}`);
    await sleep(1_000);
  }
}

async function count({ portal, store, contacts }: Scene, told: Map<string, number>, tookMs: number) {
  const stats = await portal.stats();
  const { rows } = await countWaiting(store);
  const { lost: absent, doubled } = await readLedger({ portal, store, contacts, told });
  const noted = await store.entries.model.db
    .collection<{ clockSkewMs: number; commands: number; outcome: string }>('bench_requests')
    .find({ outcome: 'ok' })
    .toArray();
  const byWorker: Record<string, number> = {};
  for (const { clockSkewMs, commands } of noted)
    byWorker[String(clockSkewMs)] = (byWorker[String(clockSkewMs)] ?? 0) + commands;
  return {
    contacts: contacts.length,
    messages: told.size,
    onPage: told.size - absent,
    waiting: rows,
    lost: Math.max(0, absent - rows),
    doubled,
    queryLimitExceeded: stats.queryLimitExceeded,
    operationTimeLimit: stats.operationTimeLimit,
    statuses: stats.statuses,
    requests: stats.requests,
    batchFill: stats.batchFill,
    bucketPeak: stats.bucketPeak,
    usedSeconds: stats.operatingSeconds[comment] ?? 0,
    byWorker,
    tookMs,
  };
}
