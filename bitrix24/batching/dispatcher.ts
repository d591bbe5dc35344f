import type { Lane } from '../../domain/link';
import type { Client } from '../rest/client';
import { sendBatch } from './send-batch';
import type { Pacing } from '../pacing/pacing';
import type { BatchLimits, Queue, Waiting } from './queue';

export interface DispatcherOptions {
  client: Client;
  pacing: Pacing;
  /** How long a command waits for company while nothing is under way, and while something is. */
  idleWindowMs?: number | undefined;
  busyWindowMs?: number | undefined;
  maxParallel?: number | undefined;
  /** Portal time a batch may take by estimate. */
  maxBatchMs?: number | undefined;
  /** From a claim to the last byte of the request; default 10 s. */
  writeWindowMs?: number | undefined;
}

/** Decides when which commands of a queue leave as one batch. */
export interface Dispatcher {
  /** Looks at the queue, now and by itself whenever something may have changed. */
  pump(): void;
  /** Starts nothing new and ends when the batches under way have. */
  finish(): Promise<void>;
}

const LANES: readonly Lane[] = ['live', 'history'];
/** Bitrix24 takes no more commands in one batch. */
const MAX_COMMANDS = 50;
const MAX_BATCH_BYTES = 1_500_000;
/**
 * Fifty commands in three seconds are more than a portal's method time lets through for long: a backlog, in which a full
 * batch is worth a short wait while others are under way.
 */
const BACKLOG_WITHIN_MS = 3_000;
const BACKLOG_WINDOW_MS = 2_000;

const toLimits = (pacing: Pacing, maxMs: number): BatchLimits => ({
  maxCommands: MAX_COMMANDS,
  maxMs,
  maxBytes: MAX_BATCH_BYTES,
  estimateMs: (method) => pacing.estimateMs(method),
});

/** One that is patient makes the whole batch wait: what it waits for is on the way. */
const patienceOf = (batch: readonly Waiting[]): number =>
  Math.max(...batch.map(({ submission }) => submission.patienceMs ?? 0));

export function createDispatcher(queue: Queue, options: DispatcherOptions): Dispatcher {
  const {
    client,
    pacing,
    idleWindowMs = 60,
    busyWindowMs = 250,
    maxParallel = 4,
    maxBatchMs = 10_000,
    writeWindowMs = 10_000,
  } = options;
  const underWay = new Set<Promise<void>>();
  const busyTargets = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isFinishing = false;
  const limits = toLimits(pacing, maxBatchMs);

  /** History never takes the last place: a live message does not wait for a batch of history to end. */
  const hasPlace = (lane: Lane) =>
    underWay.size < (lane === 'live' ? maxParallel : Math.max(1, maxParallel - 1));

  function pump(): void {
    clearTimeout(timer);
    if (isFinishing) return;
    const againInMs = Math.min(...LANES.map(pumpLane));
    if (Number.isFinite(againInMs)) timer = setTimeout(pump, againInMs);
  }

  function windowMs(): number {
    if (underWay.size === 0) return idleWindowMs;
    const isBacklog = performance.now() - queue.fiftiethLastMs() < BACKLOG_WITHIN_MS;
    return isBacklog ? BACKLOG_WINDOW_MS : busyWindowMs;
  }

  /** Starts what is full or has waited long enough; gives the ms until the next look. */
  function pumpLane(lane: Lane): number {
    while (hasPlace(lane)) {
      const { picked, isFull } = queue.pick(lane, busyTargets, limits);
      const oldest = picked[0];
      if (!oldest) break;
      const leftMs = oldest.queuedAtMs + Math.max(windowMs(), patienceOf(picked)) - performance.now();
      if (!isFull && leftMs > 0) return Math.ceil(leftMs);
      start(picked);
    }
    return Number.POSITIVE_INFINITY;
  }

  function start(batch: readonly Waiting[]): void {
    const targets = batch.flatMap(({ submission: { target } }) => target ?? []);
    for (const waiting of batch) queue.remove(waiting);
    for (const target of targets) busyTargets.add(target);
    const work = sendBatch(batch, { client, pacing, writeWindowMs }).finally(() => {
      underWay.delete(work);
      for (const target of targets) busyTargets.delete(target);
      pump();
    });
    underWay.add(work);
  }

  return {
    pump,
    finish: async () => {
      isFinishing = true;
      clearTimeout(timer);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
