import type { LinkState } from '../../domain/link';
import { whyNotThere } from '../../linking/chosen-contact';
import { byPerson } from '../../linking/decisions';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import { dropGroups } from '../groups/leave-groups';
import { beginRound, type Round, type RoundDeps } from './round';
import { movePosted, turnUnsettled } from './turn-entries';

/**
 * How a change stands: done (also when none was saved), or to be gone on with after a time because a request may still be
 * carried out; and the link's state now.
 */
export interface Changed {
  finished: boolean;
  retryAfterMs: number | null;
  state: LinkState;
}

const done = (state: LinkState): Changed => ({ finished: true, retryAfterMs: null, state });

async function closeChange({ deps, link, target }: Round, change: LinkChange): Promise<void> {
  const { store } = deps;
  if (change.kind === 'unlink') {
    await store.outbox.removeOfTarget(target);
    await dropGroups(deps, link);
  }
  // The operation first: a crash in between finds the change still there and does both again.
  await store.operations.finish(change.operationId, 'done', null);
  await store.links.finishChange(link._id, change, change.kind === 'unlink' ? null : byPerson(change.who));
}

/** The new contact must be there before anything is moved to it. Null: it is. */
async function whyImpossible({ portal }: Round, { kind, crmContactId }: LinkChange): Promise<string | null> {
  return kind === 'unlink' || crmContactId === null ? null : whyNotThere(portal.contacts, crmContactId);
}

async function refuse({ deps: { store }, link }: Round, { operationId }: LinkChange, why: string) {
  await store.operations.finish(operationId, 'failed', why);
  await store.links.dropChange(link._id, operationId);
  // A link in doubt is in doubt again, and its answered review is opened with the next look-up.
  await store.links.doubtSoon([link._id], new Date());
}

/** A link that was never linked has nothing on any page: its end is two writes. */
async function endPending({ store }: ActivityDeps, link: LinkDoc, change: LinkChange): Promise<void> {
  await store.operations.finish(change.operationId, 'done', null);
  await store.links.finishChange(link._id, change, null);
}

/**
 * Carries out the change saved on a link, by step 7 of the order of writes: the epoch was raised with the request, so
 * nothing planned before is sent; what is `sending` is searched for, planned entries are re-pinned or cancelled, posted ones
 * moved (bind, then unbind) or removed. Run again it goes on where it was. It takes turns with the link's rounds and drains.
 */
export async function changeLink(deps: RoundDeps, linkId: string): Promise<Changed> {
  const link = await deps.store.links.load(linkId);
  if (!link?.change) return done(link?.state ?? 'unlinked');
  const { change, state } = link;
  const changed = done(change.kind === 'unlink' ? 'unlinked' : state);
  const round = await beginRound(deps, link);
  if (!round) {
    await endPending(deps, link, change);
    return changed;
  }
  const why = await whyImpossible(round, change);
  if (why !== null) {
    await refuse(round, change, why);
    return done(state);
  }
  const retryAfterMs = await turnUnsettled(round, change);
  if (retryAfterMs !== null) return { finished: false, retryAfterMs, state };
  await movePosted(round, change);
  await closeChange(round, change);
  return changed;
}
