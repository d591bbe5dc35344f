import { condition, setHandler } from '@temporalio/workflow';
import type { LinkWorkflowState, Wishes } from './link-state';
import * as messages from './messages';

const answerWithin = '30 seconds';

/** Answers what a link's workflow is asked; what it is to do is recorded as a wish, which the plot fulfils. */
export function setHandlers(self: LinkWorkflowState, wishes: Wishes): void {
  const nudge = () => {
    wishes.nudged = true;
  };
  setHandler(messages.statusQuery, () => self.status);
  setHandler(messages.lastSyncTimeQuery, () => self.status.lastSyncAt);
  setHandler(messages.backUpNowSignal, () => {
    wishes.asked = true;
    nudge();
  });
  setHandler(messages.messagesArrivedSignal, nudge);
  setHandler(messages.pauseSignal, () => {
    self.status.rhythm = 'paused';
    self.status.nextRoundAt = null;
  });
  setHandler(messages.resumeSignal, () => {
    self.status.rhythm = 'rounds';
    wishes.resumed = true;
    nudge();
  });
  setHandler(messages.linkUpdate, async () => {
    await condition(() => self.outcome !== null, answerWithin);
    const pending: messages.LinkOutcome = { outcome: 'pending', reviewId: null };
    return self.outcome ?? pending;
  });
  const change = async () => {
    wishes.change = true;
    wishes.changeAsked = true;
    await condition(() => !wishes.change, answerWithin);
    return self.status;
  };
  setHandler(messages.changeContactUpdate, change);
  setHandler(messages.unlinkUpdate, change);
}
