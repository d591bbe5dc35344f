import {
  allHandlersFinished,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  patched,
} from '@temporalio/workflow';
import { pauseAfter } from '../domain/rhythm/pause-after';
import { awaitQuietly, canAwait, type Seen } from './await-messages';
import { carryOutChange, endLink, restPaused, tryChange, waitForTry } from './carry-out-change';
import { establish } from './establish-link';
import { setHandlers } from './handlers';
import {
  areWaitsCalm,
  newLinkState,
  takeBirth,
  takeResult,
  showDetails,
  takeTrouble,
  toListed,
  type ContactLinkInput,
  type LinkWorkflowState,
  type RoundResult,
  type Wishes,
} from './link-state';
import { toNextRun } from './lists';
import { smallStep, step } from './steps';
import { isPaused, waitFor } from './waits';

const { checkLink } = smallStep('Quiet round: nothing waits');
const { uploadMessages } = step('Round: back up what is new');
const { parkLink } = step('Park: nothing came for a while');

/** Runs that began before there was a quiet round go on without one. */
const quietRounds = 'quiet-rounds';

/** Runs that began before paused themselves by what a round had read before they were resumed. */
const resumeHolds = 'resume-holds';

const roundsPerRun = 30;

/**
 * The life of one link: established as its saved request says, then a round every few minutes until it ends. An outage
 * leaves it alive and shows in its status. Runs end when the link is neither pending nor linked.
 */
export async function contactLinkWorkflow({ linkId, born, carried }: ContactLinkInput): Promise<void> {
  const self = { ...newLinkState(linkId), ...carried };
  if (born && !carried) takeBirth(self, born);
  const none = { nudged: false, asked: false, resumed: false, changeAsked: false };
  const wishes: Wishes = { ...none, change: self.changeTries > 0 };
  setHandlers(self, wishes);
  if (self.outcome === null) await establish(self, wishes, () => goOn(self));
  if (self.outcome?.outcome === 'linked') await runRounds(self, wishes);
  if (self.outcome?.outcome === 'unlinked') await endLink(self, wishes, () => goOn(self));
  showDetails(self);
  await condition(allHandlersFinished);
}

async function runRounds(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  if (wishes.change) await waitForTry(self, wishes);
  if (self.status.rhythm === 'parked') await restParked(self, wishes);
  let seen: Seen = 'woken';
  for (let rounds = 1; rounds <= roundsPerRun; rounds += 1) {
    if (wishes.change) await carryOutChange(self, wishes);
    if (wishes.change) continue;
    const startedAt = Date.now();
    if (seen !== 'quiet' || wishes.nudged) await backUp(self, wishes, seen);
    if (wishes.change) continue;
    if (self.status.state !== 'linked') return;
    seen = await rest(self, wishes, Date.now() - startedAt);
  }
  if (wishes.change) await tryChange(self, wishes);
  await goOn(self);
}

/** The next run goes on where this one is; early, so that a restart of the worker has little to replay. */
async function goOn(self: LinkWorkflowState): Promise<void> {
  await condition(allHandlersFinished);
  const next = makeContinueAsNewFunc<typeof contactLinkWorkflow>(toNextRun(self, toListed(self)));
  await next({ linkId: self.status.linkId, carried: self });
}

/** One round. A failure shows in the status; the link lives on and tries again with its next round. */
async function backUp(self: LinkWorkflowState, wishes: Wishes, seen: Seen): Promise<void> {
  const { asked } = wishes;
  Object.assign(wishes, { nudged: false, asked: false, resumed: false });
  try {
    const { linkId } = self.status;
    const quiet = patched(quietRounds) ? await checkFirst({ linkId, asked }, seen) : null;
    const result = quiet ?? (await uploadMessages({ linkId }));
    if (result === null) self.status.state = 'unlinked';
    else takeResult(self, isStalePause(wishes, result) ? { ...result, rhythm: 'rounds' } : result);
    wishes.change ||= result?.changeWaits ?? false;
  } catch (error) {
    takeTrouble(self, error);
    self.retryAfterMs = null;
    self.retries = 0;
  }
}

/** A pause that a round read before the resume came is over. Taken as one, it would last until the next wish. */
const isStalePause = (wishes: Wishes, { rhythm }: RoundResult): boolean =>
  wishes.resumed && rhythm === 'paused' && patched(resumeHolds);

/** Where it is known that something waits, a whole round begins without another look. */
const checkFirst = async (given: { linkId: string; asked: boolean }, seen: Seen) =>
  seen === 'waits' ? null : checkLink(given).catch(nothing);

/** A failed check says nothing; a cancellation goes on its way. */
function nothing(error: unknown): null {
  if (isCancellation(error)) throw error;
  return null;
}

/** Waits for the next round: an interval, until woken, or until resumed. A wish ends every wait. */
async function rest(self: LinkWorkflowState, wishes: Wishes, elapsedMs: number): Promise<Seen> {
  if (isPaused(self)) await restPaused(self, wishes);
  else {
    const pause = pauseAfter({ ...self, elapsedMs });
    if (pause.kind === 'park') await park(self, wishes);
    else if (canAwait(self)) return awaitQuietly(self, wishes, pause.ms);
    else await waitForRound(self, wishes, pause.ms);
  }
  return 'woken';
}

const waitForRound = (self: LinkWorkflowState, wishes: Wishes, ms: number): Promise<void> =>
  waitFor(self, () => wishes.nudged || wishes.change || isPaused(self), ms, 'Until the next round');

/** A link for which something arrived meanwhile stays in rounds. */
async function park(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  const { linkId } = self.status;
  const parked = await parkLink({ linkId, arrivals: self.arrivals }).catch(() => false);
  // A pause that came meanwhile holds.
  if (isPaused(self) && areWaitsCalm()) return restPaused(self, wishes);
  return parked ? restParked(self, wishes) : waitForRound(self, wishes, self.intervalMs);
}

/** No timer and no round until something arrives. */
async function restParked(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  self.status.rhythm = 'parked';
  self.status.nextRoundAt = null;
  showDetails(self);
  await condition(() => wishes.nudged || wishes.change);
  if (self.status.rhythm === 'parked') self.status.rhythm = 'rounds';
}
