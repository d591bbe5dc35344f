import type { EntryDoc } from '../../store/delivery/entries';
import type { LinkChange } from '../../store/links/link-schema';
import { isPosted, isToTurn, listOwnPages, remainingOfBindings, turnPage } from '../groups/leave-groups';
import { takeOff } from '../groups/take-off';
import { remainingMs } from './await-outcome';
import type { Round } from './round';
import { searchPages } from './search-pages';

/** Every pass ends with what another process did meanwhile; one that still does something is waited for. */
const passesAtOnce = 10;
const lookAgainMs = 2_000;

/** No page is left that could tell of it. */
const isNowhere = ({ lookAgainAt, lookAgainWhy }: EntryDoc): boolean =>
  lookAgainAt !== null && (lookAgainWhy ?? 'contact_gone') === 'contact_gone';

/** Planned entries of an ended link are cancelled, which frees their items; those of a moved one get its contact. */
async function turnPlanned(round: Round, change: LinkChange, entry: EntryDoc): Promise<void> {
  const { store, onEntry } = round.deps;
  if (change.kind === 'unlink') {
    if (await store.entries.cancel(entry)) onEntry?.('cancelled');
  } else if (change.crmContactId !== null)
    await store.entries.repin(entry, { crmContactId: change.crmContactId, epoch: round.link.epoch });
}

/**
 * Sees to it that nothing of before the change can go any more: the outcome of what is `sending` is found out by the pages,
 * then what is planned is turned. An entry that another process claimed in between is `sending` in the next pass. Returns when to
 * go on; null: nothing is left. What no page is left to tell of stays unknown with its items, and the change does not
 * wait for it: a later link of this person looks for it again.
 */
export async function turnUnsettled(round: Round, change: LinkChange): Promise<number | null> {
  const { deps, portal, target, link } = round;
  const searched = new Set<string>();
  for (let pass = 0; pass < passesAtOnce; pass += 1) {
    const entries = await deps.store.entries.listOfTarget(target);
    const pages = await listOwnPages(deps, link);
    const carried = pages.filter(({ entry }) => entry.carrierId === link._id).map(({ entry }) => entry);
    const sending = [...entries, ...carried].filter(
      (entry) => entry.state === 'sending' && !(searched.has(entry._id) && isNowhere(entry)),
    );
    const bindingMs = remainingOfBindings(deps, pages);
    if (bindingMs > 0) return bindingMs;
    const planned = entries.filter(
      ({ state, epoch }) => state === 'planned' && (change.kind === 'unlink' || epoch !== link.epoch),
    );
    if (sending.length + planned.length === 0) return null;
    const leftMs = Math.max(0, ...sending.map((entry) => remainingMs(round, entry)));
    if (leftMs > 0) return leftMs;
    if (sending.some(({ _id }) => searched.has(_id))) return lookAgainMs;
    const unread = await searchPages(deps, portal, sending);
    // A page that is there and is not shown may be shown later: the change waits for that.
    if (unread) throw unread;
    for (const { _id } of sending) searched.add(_id);
    for (const entry of planned) await turnPlanned(round, change, entry);
  }
  return lookAgainMs;
}

/** Moves or removes one posted entry; what was done before is not done again. */
async function moveOne(round: Round, change: LinkChange, entry: EntryDoc): Promise<void> {
  const { store } = round.deps;
  const { commentId, crmContactId: from } = entry;
  if (commentId === null) return;
  const { timeline } = round.portal;
  if (change.entries === 'remove') {
    await takeOff(round.portal, commentId, [from, round.contactId]);
    await store.entries.markRemoved(entry);
  } else if (change.crmContactId !== null && from !== change.crmContactId) {
    await timeline.bind({ commentId, contactId: change.crmContactId, lane: 'history' });
    await timeline.unbind({ commentId, contactId: from, lane: 'history' });
    await store.entries.moveTo(entry, change.crmContactId);
  }
}

/** The same for what groups have on the link's page: the other pages keep it. */
async function turnPages(round: Round, change: LinkChange, counted: () => Promise<void>): Promise<void> {
  for (const page of await listOwnPages(round.deps, round.link)) {
    if (!isToTurn(page, change)) continue;
    await turnPage(round.deps, round.portal, page, change);
    await counted();
  }
}

/** Moves or removes what is on the page, as the change wants it; its operation counts along. */
export async function movePosted(round: Round, change: LinkChange): Promise<void> {
  const { store } = round.deps;
  const posted = (await store.entries.listOfTarget(round.target)).filter(
    ({ state }) => state === 'delivered',
  );
  if (change.entries === 'keep') {
    await turnPages(round, change, () => Promise.resolve());
    return store.operations.progress(change.operationId, 0, 0);
  }
  const rest = posted.filter(
    ({ crmContactId }) => change.entries === 'remove' || crmContactId !== change.crmContactId,
  );
  // Entries removed by a run that crashed are no longer among the posted, but were counted then.
  const known = (await store.operations.load(change.operationId))?.total ?? 0;
  const pages = await listOwnPages(round.deps, round.link);
  const left = rest.length + pages.filter((page) => isToTurn(page, change)).length;
  const total = Math.max(known, posted.length + pages.filter(isPosted).length);
  let done = total - left;
  const count = async (more: number) => {
    done += more;
    await store.operations.progress(change.operationId, done, total);
  };
  await count(0);
  for (const entry of rest) {
    await moveOne(round, change, entry);
    await count(1);
  }
  await turnPages(round, change, () => count(1));
}
