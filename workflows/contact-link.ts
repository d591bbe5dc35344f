import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { pauseAfter } from '../domain/rhythm';
import {
  attentionOf,
  newLinkState,
  takeResult,
  toDetails,
  type ContactLinkInput,
  type LinkWorkflowState,
} from './link-state';
import * as messages from './messages';

const retry = { initialInterval: '2 seconds', maximumInterval: '30 seconds', maximumAttempts: 4 } as const;
/** Every activity beats while it runs: a worker that died is noticed after 15 seconds, however long a step may take. */
const step = (summary: string) =>
  proxyActivities<Activities>({
    startToCloseTimeout: '15 minutes',
    heartbeatTimeout: '15 seconds',
    retry,
    summary,
  });

const { lookUpContact } = step('Find the contact by phone');
const { createContact } = step('Create the contact');
const { recordLink } = step('Link, and take the held messages in');
const { uploadMessages } = step('Round: back up what is new');
const { parkLink } = step('Park: nothing came for a while');
const { changeLink } = step('Change the link');

const roundsPerRun = 30;
const answerWithin = '30 seconds';
/** Somebody waits for a link that is not established yet: it is tried again soon. */
const linkAgainMs = 60_000;
/** The number got an owner while a contact was to be made: the look-up decides. */
const ownerAppearedMs = 2_000;

/** Wishes that handlers record and the plot fulfils. */
interface Wishes {
  /** A round is wanted now. */
  nudged: boolean;
  /** A change is saved on the link. */
  change: boolean;
}

/**
 * The life of one link: established as its saved request says, then a round every few minutes until it ends. An outage
 * leaves it alive and is told by its status. Runs end when the link is neither pending nor linked.
 */
export async function contactLinkWorkflow({ linkId, carried }: ContactLinkInput): Promise<void> {
  const self = carried ?? newLinkState(linkId);
  const wishes: Wishes = { nudged: false, change: false };
  listen(self, wishes);
  if (self.outcome === null) await establish(self, wishes);
  if (self.outcome?.outcome === 'linked') await runRounds(self, wishes);
  if (self.outcome?.outcome === 'unlinked') await carryOutChange(self, wishes);
  tell(self);
  await condition(allHandlersFinished);
}

function listen(self: LinkWorkflowState, wishes: Wishes): void {
  const nudge = () => {
    wishes.nudged = true;
  };
  setHandler(messages.statusQuery, () => self.status);
  setHandler(messages.lastSyncTimeQuery, () => self.status.lastSyncAt);
  setHandler(messages.backUpNowSignal, nudge);
  setHandler(messages.messagesArrivedSignal, nudge);
  setHandler(messages.pauseSignal, () => {
    self.status.rhythm = 'paused';
    self.status.nextRoundAt = null;
  });
  setHandler(messages.resumeSignal, () => {
    self.status.rhythm = 'rounds';
    nudge();
  });
  setHandler(messages.linkUpdate, async () => {
    await condition(() => self.outcome !== null, answerWithin);
    const pending: messages.LinkOutcome = { outcome: 'pending', reviewId: null };
    return self.outcome ?? pending;
  });
  const change = async () => {
    wishes.change = true;
    await condition(() => !wishes.change, answerWithin);
    return self.status;
  };
  setHandler(messages.changeContactUpdate, change);
  setHandler(messages.unlinkUpdate, change);
}

/** Finds or makes the contact; an outage is waited out. Run for a link that is linked already, it only looks again. */
async function establish(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  const { linkId } = self.status;
  while (self.outcome === null) {
    wishes.nudged = false;
    let waitMs = linkAgainMs;
    try {
      const look = await lookUpContact({ linkId });
      if (look.kind === 'review') {
        self.status.state = 'unlinked';
        self.outcome = { outcome: look.outcome, reviewId: look.reviewId };
        return;
      }
      const created = look.kind === 'create' ? await createContact({ linkId }) : null;
      if (created?.kind !== 'exists') return await recordOutcome(self);
      waitMs = ownerAppearedMs;
    } catch (error) {
      self.status.attention = attentionOf(error, self.status.attention, new Date());
    }
    tell(self);
    await condition(() => wishes.nudged || wishes.change, waitMs, {
      summary: 'Until linking is tried again',
    });
    if (workflowInfo().continueAsNewSuggested) await goOn(self);
  }
}

async function recordOutcome(self: LinkWorkflowState): Promise<void> {
  const { linked } = await recordLink({ linkId: self.status.linkId });
  self.status.state = linked ? 'linked' : 'unlinked';
  self.status.attention = null;
  self.outcome = { outcome: self.status.state, reviewId: null };
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

/** One round. A failure is told by the status; the link lives on and tries again with its next round. */
async function backUp(self: LinkWorkflowState, wishes: Wishes): Promise<void> {
  wishes.nudged = false;
  try {
    const result = await uploadMessages({ linkId: self.status.linkId });
    if (result === null) self.status.state = 'unlinked';
    else takeResult(self, result);
    wishes.change ||= result?.changeWaits ?? false;
  } catch (error) {
    self.status.attention = attentionOf(error, self.status.attention, new Date());
    self.retryAfterMs = null;
  }
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
    tell(self);
    return condition(() => self.status.rhythm !== 'paused' || wishes.change);
  }
  const pause = pauseAfter({ ...self, elapsedMs });
  if (pause.kind === 'wait') return waitFor(self, woken, pause.ms);
  const { linkId } = self.status;
  const parked = await parkLink({ linkId, arrivals: self.arrivals }).catch(() => false);
  if (!parked) return waitFor(self, woken, self.intervalMs);
  self.status.rhythm = 'parked';
  self.status.nextRoundAt = null;
  tell(self);
  await condition(woken);
  if (self.status.rhythm === 'parked') self.status.rhythm = 'rounds';
}

async function waitFor(self: LinkWorkflowState, woken: () => boolean, ms: number): Promise<void> {
  self.status.nextRoundAt = new Date(Date.now() + ms).toISOString();
  tell(self);
  if (ms === 0) return;
  const changed = () => woken() || self.status.rhythm === 'paused';
  await condition(changed, ms, { summary: 'Until the next round' });
}

const tell = (self: LinkWorkflowState): void => setCurrentDetails(toDetails(self));
