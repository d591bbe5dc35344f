import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type Activities, type ActivityDeps } from '../../activities';

const logger = new DefaultLogger('ERROR', () => undefined);

/** How many rounds were run and how many came to nothing. */
export interface RoundCounts {
  rounds: number;
  failures: Record<string, number>;
}

export interface DirectRoundsOptions {
  linkIds: readonly string[];
  /** Rounds at once, as a worker's activity slots. */
  concurrency: number;
  /** How long a link waits whose round failed for good; a workflow would wait for its next round. */
  intervalMs: number;
  isOver: () => boolean;
}

/**
 * Runs rounds as Temporal would, without Temporal: a slot is taken only while a round runs, a failure is tried again
 * after its own delay, four times at most. Ends when every link has nothing waiting.
 */
export async function runRounds(deps: ActivityDeps, options: DirectRoundsOptions): Promise<RoundCounts> {
  const { linkIds, concurrency, intervalMs, isOver } = options;
  const activities = createActivities(deps);
  const counts: RoundCounts = { rounds: 0, failures: {} };
  const attempts = new Map<string, number>();
  const ready = [...linkIds];
  let open = linkIds.length;

  async function later(linkId: string, ms: number): Promise<void> {
    await sleep(ms);
    ready.push(linkId);
  }

  async function slot(): Promise<void> {
    while (open > 0 && !isOver()) {
      const linkId = ready.shift();
      if (linkId === undefined) {
        await sleep(20);
        continue;
      }
      counts.rounds += 1;
      const waitMs = await runOne({ activities, linkId, counts, attempts, intervalMs });
      if (waitMs === null) open -= 1;
      else void later(linkId, waitMs);
    }
  }

  await Promise.all(Array.from({ length: concurrency }, slot));
  return counts;
}

type Round = Awaited<ReturnType<Activities['uploadMessages']>>;

interface OneRound {
  activities: Activities;
  linkId: string;
  counts: RoundCounts;
  /** Failed tries in a row, by link. */
  attempts: Map<string, number>;
  intervalMs: number;
}

/** How long until the link's next try, or null when it has nothing waiting. */
async function runOne({ activities, linkId, counts: { failures }, attempts, intervalMs }: OneRound) {
  try {
    const result = await new MockActivityEnvironment({}, { logger }).run<
      [{ linkId: string }],
      Round,
      typeof activities.uploadMessages
    >(activities.uploadMessages, { linkId });
    attempts.delete(linkId);
    if (result === null || result.pendingMessages === 0) return null;
    return result.retryAfterMs ?? intervalMs;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const type = error.type ?? 'unknown';
    failures[type] = (failures[type] ?? 0) + 1;
    const attempt = (attempts.get(linkId) ?? 0) + 1;
    attempts.set(linkId, attempt % 4);
    if (error.nonRetryable || attempt >= 4) return intervalMs;
    return Number(error.nextRetryDelay ?? 2_000 * 2 ** (attempt - 1));
  }
}
