import { condition, workflowInfo } from '@temporalio/workflow';
import type { LinkState } from '../domain/link';
import { pauseOfChange } from '../domain/rhythm/pause-after';
import { areWaitsCalm, showDetails, takeTrouble, type LinkWorkflowState, type Wishes } from './link-state';
import { takeListing } from './lists';
import { step } from './steps';
import { isPaused, waitFor } from './waits';

const { changeLink } = step('Change the link');

/** One try of the change that is saved on the link, if one is. Returns the state that it left the link in; null: not known. */
export async function tryChange(self: LinkWorkflowState, wishes: Wishes): Promise<LinkState | null> {
  if (areWaitsCalm()) wishes.nudged = false;
  wishes.changeAsked = false;
  let state: LinkState | null = null;
  try {
    const changed = await changeLink({ linkId: self.status.linkId });
    takeListing(self, changed);
    self.retryAfterMs = changed.retryAfterMs;
    wishes.change = !changed.finished || (askedMeanwhile(wishes) && areWaitsCalm());
    if (changed.finished) self.status.attention = null;
    state = changed.state;
  } catch (error) {
    takeTrouble(self, error);
    self.retryAfterMs = null;
    wishes.change = true;
  }
  self.changeTries = wishes.change ? self.changeTries + 1 : 0;
  return state;
}

const askedMeanwhile = ({ changeAsked }: Wishes): boolean => changeAsked;

/** Waits until the unfinished change is due again, or a wake asks for a try; being paused is no reason not to wait. */
export async function waitForTry(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  const woken = areWaitsCalm()
    ? () => wishes.nudged || wishes.changeAsked
    : () => wishes.nudged || isPaused(self);
  await waitFor(
    self,
    woken,
    pauseOfChange(self.changeTries, self.retryAfterMs),
    'Until the change is tried again',
  );
}

/** One try, and the wait after it when it did not finish. Returns the state that the try left the link in; null: not known. */
export async function carryOutChange(self: LinkWorkflowState, wishes: Wishes): Promise<LinkState | null> {
  const state = await tryChange(self, wishes);
  if (wishes.change) await waitForTry(self, wishes);
  return state;
}

/** The change of a link that has no rounds: its end. */
export async function endLink(
  self: LinkWorkflowState,
  wishes: Wishes,
  goOn: () => Promise<void>,
): Promise<void> {
  if (wishes.change && self.changeTries > 0) await waitForTry(self, wishes);
  await tryChange(self, wishes);
  while (wishes.change && areWaitsCalm()) {
    if (workflowInfo().continueAsNewSuggested) await goOn();
    await waitForTry(self, wishes);
    await tryChange(self, wishes);
  }
}

/** No rounds until resumed. A wake may be for a change that is saved and whose update never came. */
export async function restPaused(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  while (isPaused(self) && !wishes.change) {
    showDetails(self);
    await condition(() => !isPaused(self) || wishes.change || wishes.nudged);
    if (!isPaused(self) || wishes.change) return;
    wishes.nudged = false;
    if (!areWaitsCalm()) continue;
    const state = await carryOutChange(self, wishes);
    if (state !== 'linked') return;
  }
}
