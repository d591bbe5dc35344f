import { allHandlersFinished, condition, continueAsNew, isCancellation, patched } from '@temporalio/workflow';
import { pauseAfter } from '../domain/rhythm';
import { establish } from './establish-link';
import {
  attentionOf,
  newLinkState,
  takeResult,
  showDetails,
  type ContactLinkInput,
  type LinkWorkflowState,
  type Wishes,
} from './link-state';
import { setHandlers } from './handlers';
import { smallStep, step } from './steps';

const { checkLink } = smallStep('Quiet round: nothing waits');
const { uploadMessages } = step('Round: back up what is new');
const { parkLink } = step('Park: nothing came for a while');
const { changeLink } = step('Change the link');

/** Runs that began before there was a quiet round go on without one. */
const quietRounds = 'quiet-rounds';

const roundsPerRun = 30;

/**
 * The life of one link: established as its saved request says, then a round every few minutes until it ends. An outage
 * leaves it alive and shows in its status. Runs end when the link is neither pending nor linked.
 */
export async function contactLinkWorkflow({ linkId, carried }: ContactLinkInput): Promise<void> {
  const self = carried ?? newLinkState(linkId);
  const wishes: Wishes = { nudged: false, change: false };
  setHandlers(self, wishes);
  if (self.outcome === null) await establish(self, wishes, () => goOn(self));
  if (self.outcome?.outcome === 'linked') await runRounds(self, wishes);
  if (self.outcome?.outcome === 'unlinked') await carryOutChange(self, wishes);
  showDetails(self);
  await condition(allHandlersFinished);
}

async function runRounds(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  for (let rounds = 1; rounds <= roundsPerRun; rounds += 1) {
    if (wishes.change) await carryOutChange(self, wishes);
    if (wishes.change) {
      await waitFor(self, () => wishes.nudged, self.retryAfterMs ?? self.intervalMs);
      continue;
    }
    const startedAt = Date.now();
    await backUp(self, wishes);
    if (wishes.change) continue;
    if (self.status.state !== 'linked') return;
    await rest(self, wishes, Date.now() - startedAt);
  }
  if (wishes.change) await carryOutChange(self, wishes);
  await goOn(self);
}

/** The next run goes on where this one is; early, so that a restart of the worker has little to replay. */
async function goOn(self: LinkWorkflowState): Promise<void> {
  await condition(allHandlersFinished);
  await continueAsNew<typeof contactLinkWorkflow>({ linkId: self.status.linkId, carried: self });
}

/** One round. A failure shows in the status; the link lives on and tries again with its next round. */
async function backUp(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  wishes.nudged = false;
  try {
    const { linkId } = self.status;
    const quiet = patched(quietRounds) ? await checkLink({ linkId }).catch(nothing) : null;
    const result = quiet ?? (await uploadMessages({ linkId }));
    if (result === null) self.status.state = 'unlinked';
    else takeResult(self, result);
    wishes.change ||= result?.changeWaits ?? false;
  } catch (error) {
    self.status.attention = attentionOf(error, self.status.attention, new Date());
    self.retryAfterMs = null;
  }
}

/** A failed check says nothing; a cancellation goes on its way. */
function nothing(error: unknown): null {
  if (isCancellation(error)) throw error;
  return null;
}

async function carryOutChange(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  try {
    const { finished, retryAfterMs } = await changeLink({ linkId: self.status.linkId });
    self.retryAfterMs = retryAfterMs;
    wishes.change = !finished;
    if (finished) self.status.attention = null;
  } catch (error) {
    self.status.attention = attentionOf(error, self.status.attention, new Date());
    self.retryAfterMs = null;
    wishes.change = true;
  }
}

/** Waits for the next round: an interval, until woken, or until resumed. A wish ends every wait. */
async function rest(self: LinkWorkflowState, wishes: Wishes, elapsedMs: number): Promise<void> {
  const woken = () => wishes.nudged || wishes.change;
  if (self.status.rhythm === 'paused') {
    showDetails(self);
    return condition(() => self.status.rhythm !== 'paused' || wishes.change);
  }
  const pause = pauseAfter({ ...self, elapsedMs });
  if (pause.kind === 'wait') return waitFor(self, woken, pause.ms);
  const { linkId } = self.status;
  const parked = await parkLink({ linkId, arrivals: self.arrivals }).catch(() => false);
  if (!parked) return waitFor(self, woken, self.intervalMs);
  self.status.rhythm = 'parked';
  self.status.nextRoundAt = null;
  showDetails(self);
  await condition(woken);
  if (self.status.rhythm === 'parked') self.status.rhythm = 'rounds';
}

async function waitFor(self: LinkWorkflowState, woken: () => boolean, ms: number): Promise<void> {
  self.status.nextRoundAt = new Date(Date.now() + ms).toISOString();
  showDetails(self);
  if (ms === 0) return;
  const changed = () => woken() || self.status.rhythm === 'paused';
  await condition(changed, ms, { summary: 'Until the next round' });
}
