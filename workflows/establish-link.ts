import { condition, workflowInfo } from '@temporalio/workflow';
import { attentionOf, showDetails, type LinkWorkflowState, type Wishes } from './link-state';
import { step } from './steps';

const { lookUpContact } = step('Find the contact by phone');
const { createContact } = step('Create the contact');
const { recordLink } = step('Link, and take the held messages in');

/** A link that is not established yet has a person waiting: it is tried again soon. */
const linkAgainMs = 60_000;
/** The number got an owner while a contact was to be made: the look-up decides. */
const ownerAppearedMs = 2_000;

/**
 * Finds or makes the contact; an outage is waited out. Run for a link that is linked already, it only looks again. `goOn` lets the next
 * run take over when this one's history has grown long.
 */
export async function establish(
  self: LinkWorkflowState,
  wishes: Wishes,
  goOn: () => Promise<void>,
): Promise<void> {
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
    showDetails(self);
    await condition(() => wishes.nudged || wishes.change, waitMs, {
      summary: 'Until linking is tried again',
    });
    if (workflowInfo().continueAsNewSuggested) await goOn();
  }
}

async function recordOutcome(self: LinkWorkflowState): Promise<void> {
  const { linked } = await recordLink({ linkId: self.status.linkId });
  self.status.state = linked ? 'linked' : 'unlinked';
  self.status.attention = null;
  self.outcome = { outcome: self.status.state, reviewId: null };
}
