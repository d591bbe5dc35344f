import { toLinkTarget } from '../../domain/ids';
import type { Decision } from '../../domain/link';
import type { EntryDoc } from '../../store/delivery/entries';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import { beginRound, type Round, type RoundDeps } from './round';
import { searchPages } from './search-pages';
import { remainingMs } from './await-outcome';

/** How a change stands: done, or to be gone on with after a time because a request may still be carried out. */
export interface Changed {
  finished: boolean;
  retryAfterMs: number | null;
}

/** Unknown outcomes first: the pages say whether the entry is there. */
async function findOutSending(round: Round, entries: readonly EntryDoc[]): Promise<number | null> {
  const sending = entries.filter(({ state }) => state === 'sending');
  const leftMs = Math.max(0, ...sending.map((entry) => remainingMs(round, entry)));
  if (leftMs > 0) return leftMs;
  // Where no page is left to be read the entry stays unknown with its items, and the change does not wait for it: a later link
  // of this person looks for it again.
  const unread = await searchPages(round.deps, round.portal, sending);
  // A page that is there and is not shown may be shown later: the change waits for that.
  if (unread) throw unread;
  return null;
}

/** Planned entries of an ended link are cancelled, which frees their items; those of a moved one get its contact. */
async function turnPlanned(round: Round, change: LinkChange, entries: readonly EntryDoc[]): Promise<void> {
  const { store, onEntry } = round.deps;
  for (const entry of entries.filter(({ state }) => state === 'planned')) {
    if (change.kind === 'unlink') {
      if (await store.entries.cancel(entry)) onEntry?.('cancelled');
    } else if (change.crmContactId !== null)
      await store.entries.repin(entry, change.crmContactId, round.link.epoch);
  }
}

/** Moves or removes one posted entry; what was done before is not done again. */
async function turnPosted(round: Round, change: LinkChange, entry: EntryDoc): Promise<void> {
  const { store } = round.deps;
  const { commentId, crmContactId: from } = entry;
  if (commentId === null) return;
  const { timeline } = round.portal;
  if (change.entries === 'remove') {
    await timeline.deleteComment({ commentId, contactId: from, lane: 'history' });
    await store.entries.markRemoved(entry);
  } else if (change.crmContactId !== null && from !== change.crmContactId) {
    await timeline.bind({ commentId, contactId: change.crmContactId, lane: 'history' });
    await timeline.unbind({ commentId, contactId: from, lane: 'history' });
    await store.entries.moveTo(entry, change.crmContactId);
  }
}

async function turnAllPosted(round: Round, change: LinkChange): Promise<void> {
  const { store } = round.deps;
  const posted = (await store.entries.listOfTarget(round.target)).filter(
    ({ state }) => state === 'delivered',
  );
  if (change.entries === 'keep') return store.operations.progress(change.operationId, 0, 0);
  const rest = posted.filter(
    ({ crmContactId }) => change.entries === 'remove' || crmContactId !== change.crmContactId,
  );
  // Entries removed by a run that crashed are no longer among the posted, but were counted then.
  const known = (await store.operations.load(change.operationId))?.total ?? 0;
  const total = Math.max(known, posted.length);
  let done = total - rest.length;
  await store.operations.progress(change.operationId, done, total);
  for (const entry of rest) {
    await turnPosted(round, change, entry);
    done += 1;
    await store.operations.progress(change.operationId, done, total);
  }
}

const chosen = (): Decision => ({
  rule: 'changed by a person',
  matchedValue: null,
  confidence: null,
  by: 'person',
  at: new Date(),
});

async function closeChange(round: Round, change: LinkChange): Promise<void> {
  const { store } = round.deps;
  const { _id } = round.link;
  if (change.kind === 'unlink') await store.outbox.removeOfTarget(toLinkTarget(_id));
  // The operation first: a crash in between finds the change still there and does both again.
  await store.operations.finish(change.operationId, 'done', null);
  await store.links.finishChange(_id, change, change.kind === 'unlink' ? null : chosen());
}

/** The new contact must be there before anything is moved to it. */
async function isPossible(round: Round, change: LinkChange): Promise<boolean> {
  if (change.kind === 'unlink' || change.crmContactId === null) return true;
  const [card] = await round.portal.contacts.fetchCards([change.crmContactId]);
  return card !== undefined;
}

async function refuse(round: Round, change: LinkChange): Promise<void> {
  const { store } = round.deps;
  await store.operations.finish(
    change.operationId,
    'failed',
    'The chosen contact does not exist in Bitrix24.',
  );
  await store.links.dropChange(round.link._id, change.operationId);
  // A link in doubt is in doubt again, and its answered review is opened with the next look-up.
  await store.links.doubtSoon([round.link._id], new Date());
}

/** A link that was never linked has nothing on any page: its end is two writes. */
async function endPending({ store }: ActivityDeps, link: LinkDoc, change: LinkChange): Promise<Changed> {
  await store.operations.finish(change.operationId, 'done', null);
  await store.links.finishChange(link._id, change, null);
  return { finished: true, retryAfterMs: null };
}

/**
 * Carries out the change saved on a link, by step 7 of the order of writes: the epoch was raised with the request, so
 * nothing planned before is sent; what is `sending` is searched for, planned entries are re-pinned or cancelled, posted ones
 * moved (bind, then unbind) or removed. Run again it goes on where it was.
 */
export async function changeLink(deps: RoundDeps, linkId: string): Promise<Changed> {
  const link = await deps.store.links.load(linkId);
  if (!link?.change) return { finished: true, retryAfterMs: null };
  const { change } = link;
  const round = await beginRound(deps, link);
  if (!round) return endPending(deps, link, change);
  if (!(await isPossible(round, change))) {
    await refuse(round, change);
    return { finished: true, retryAfterMs: null };
  }
  const retryAfterMs = await findOutSending(round, await deps.store.entries.listOfTarget(round.target));
  if (retryAfterMs !== null) return { finished: false, retryAfterMs };
  await turnPlanned(round, change, await deps.store.entries.listOfTarget(round.target));
  await turnAllPosted(round, change);
  await closeChange(round, change);
  return { finished: true, retryAfterMs: null };
}
