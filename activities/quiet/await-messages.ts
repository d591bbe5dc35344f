import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { untilPhaseMs } from '../../domain/rhythm/phase';
import type { RoundResult } from '../round-result';
import type { RoundDeps } from '../rounds/round';

/** Quiet rounds, the last one's result. */
export interface Awaited extends RoundResult {
  quietRounds: number;
}

/** Ends a try of the activity, as a look that found nothing: Temporal tries it again at the link's next place in the interval. */
function nothingWaits({ settings: { backupIntervalMs } }: RoundDeps, linkId: string): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: 'nothing_waits',
    message: 'No fault: nothing waits, and it is looked again at every interval.',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: untilPhaseMs(linkId, backupIntervalMs, Date.now()),
  });
  // Temporal keeps it for every link.
  failure.stack = '';
  return failure;
}

/**
 * The quiet rounds of a link, as tries of one activity, which cost Temporal neither an event nor a step of the workflow. The first try comes
 * right after a round and only arms the next one. Ends with null when a whole round must look, or after so many quiet rounds. It writes the clocks only, which go
 * forward: a try that dies, or whose answer is lost, is simply made again.
 */
export async function awaitMessages(
  deps: RoundDeps,
  { linkId, rounds }: { linkId: string; rounds: number },
): Promise<Awaited | null> {
  const { attempt, scheduledTimestampMs } = Context.current().info;
  if (attempt === 1 || deps.drainTurns.has(linkId)) throw nothingWaits(deps, linkId);
  const checked = await deps.checkSoon(linkId).catch(() => null);
  if (checked === null) return null;
  // A try that died was no round, and an interval without a worker had none.
  const intervals = Math.ceil((Date.now() - scheduledTimestampMs) / deps.settings.backupIntervalMs);
  const quietRounds = Math.min(attempt - 1, intervals);
  if (quietRounds < rounds) throw nothingWaits(deps, linkId);
  return { ...checked, quietRounds };
}
