import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { showDetails, takeResult, type LinkWorkflowState, type Wishes } from './link-state';
import { repeatedStep } from './steps';
import { isPaused } from './waits';

const { awaitMessages } = repeatedStep('Quiet rounds: each try looks whether something waits');

/**
 * After so many quiet rounds the workflow takes over their clocks, for its own page and queries; the store has those of every round. An answer costs
 * as much as three rounds: a link that parks within the hour has some, one that never parks has one in three hours.
 */
const roundsAwaited = { parking: 5, never: 60 } as const;

/** How quiet rounds ended: `quiet`: so many of them are over; `waits`: a whole round must look; `woken`: by a wish. */
export type Seen = 'quiet' | 'waits' | 'woken';

/** Whether the next rounds are left to one activity: nothing is to be tried again sooner, and nothing is wrong. */
export const canAwait = ({ awaits, retryAfterMs, status }: LinkWorkflowState): boolean =>
  awaits === true && retryAfterMs === null && status.attention === null;

/** Rests for several rounds, until something is found or wished for. A wish ends the activity at once, also while Temporal waits for its next try. */
export async function awaitQuietly(self: LinkWorkflowState, wishes: Wishes, nextMs: number): Promise<Seen> {
  const { linkId } = self.status;
  const { parkAfterQuietRounds } = self;
  const rounds =
    parkAfterQuietRounds === null
      ? roundsAwaited.never
      : Math.min(roundsAwaited.parking, parkAfterQuietRounds - self.quietRounds);
  self.status.nextRoundAt = new Date(Date.now() + nextMs).toISOString();
  self.status.everyMs = self.intervalMs;
  showDetails(self);
  let answer: Awaited<ReturnType<typeof awaitMessages>> | undefined;
  const scope = new CancellationScope();
  const looking = scope
    .run(() => awaitMessages({ linkId, rounds }))
    .then(
      (found) => void (answer = found),
      (error: unknown) => void (isCancellation(error) || (answer = null)),
    );
  await condition(() => answer !== undefined || wishes.nudged || wishes.change || isPaused(self));
  if (answer === undefined) {
    scope.cancel();
    await looking;
    return 'woken';
  }
  if (answer === null) return 'waits';
  const { quietRounds, ...result } = answer;
  takeResult(self, result);
  self.quietRounds += quietRounds - 1;
  return 'quiet';
}
