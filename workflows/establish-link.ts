import { workflowInfo } from '@temporalio/workflow';
import { pauseOfOwner } from '../domain/rhythm/pause-after';
import { areWaitsCalm, takeTrouble, type LinkWorkflowState, type Wishes } from './link-state';
import { takeListing } from './lists';
import { step } from './steps';
import { waitFor } from './waits';

const { lookUpContact } = step('Find the contact by phone');
const { createContact } = step('Create the contact');
const { recordLink } = step('Link, and take the held messages in');

/** A link that is not established yet has a person waiting: it is tried again soon. */
const linkAgainMs = 60_000;

/** How often in a row the number got an owner while a contact was to be made; whether the contact was refused last. */
interface Hindrance {
  owners: number;
  isRefused: boolean;
}

/**
 * Finds or makes the contact; an outage is waited out. Run for a link that is linked already, it only looks again. `goOn` lets the next
 * run take over when this one's history has grown long.
 */
export async function establish(
  self: LinkWorkflowState,
  wishes: Wishes,
  goOn: () => Promise<void>,
): Promise<void> {
  const hindrance: Hindrance = { owners: 0, isRefused: false };
  while (self.outcome === null) {
    let waitMs = linkAgainMs;
    const { asked } = wishes;
    Object.assign(wishes, { nudged: false, asked: false, changeAsked: false });
    try {
      const again = await tryToEstablish(self, hindrance, asked);
      if (again === null) return;
      waitMs = again;
    } catch (error) {
      takeTrouble(self, error);
    }
    const woken = areWaitsCalm()
      ? () => wishes.nudged || wishes.changeAsked
      : () => wishes.nudged || wishes.change;
    await waitFor(self, woken, waitMs, 'Until linking is tried again');
    if (workflowInfo().continueAsNewSuggested) await goOn();
  }
}

/** Returns how long to wait before the next try, in milliseconds; null: the link has its outcome. */
async function tryToEstablish(
  self: LinkWorkflowState,
  hindrance: Hindrance,
  asked: boolean,
): Promise<number | null> {
  const { linkId } = self.status;
  // A refused contact is made again or not by what is stored: the portal is not asked before its pause is over.
  const look = hindrance.isRefused
    ? ({ kind: 'create', listing: self.listing } as const)
    : await lookUpContact({ linkId });
  takeListing(self, look);
  if (look.kind === 'review') {
    self.status.state = 'unlinked';
    self.outcome = { outcome: look.outcome, reviewId: look.reviewId };
    return null;
  }
  const created = look.kind === 'create' ? await createContact({ linkId, asked }) : null;
  takeListing(self, created);
  hindrance.isRefused = created?.kind === 'refused';
  hindrance.owners = created?.kind === 'exists' ? hindrance.owners + 1 : 0;
  if (created?.kind === 'exists') return pauseOfOwner(hindrance.owners);
  if (created?.kind === 'refused') {
    self.status.attention = created.attention;
    return created.retryAfterMs;
  }
  await recordOutcome(self);
  return null;
}

async function recordOutcome(self: LinkWorkflowState): Promise<void> {
  const recorded = await recordLink({ linkId: self.status.linkId });
  takeListing(self, recorded);
  self.status.state = recorded.linked ? 'linked' : 'unlinked';
  self.status.attention = null;
  self.outcome = { outcome: self.status.state, reviewId: null };
}
