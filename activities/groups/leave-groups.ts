import type { Portal } from '../../bitrix24/portal';
import { toGroupTarget, type ChatId } from '../../domain/ids';
import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import { isStoreAway } from '../../store/store-away';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { takeOff } from './take-off';
import { isShared, listOwnContacts } from './own-contacts';
import { listWaitingPages } from './page-runs';

/** A group's entry and what it is on the page of the link that changes. */
export interface OwnPage {
  entry: EntryDoc;
  own: EntryBinding;
}

/** The groups' entries that belong on the link's page, or may be on it. */
export async function listOwnPages({ store }: ActivityDeps, { _id }: LinkDoc): Promise<OwnPage[]> {
  const entries = await store.entries.listBoundTo(_id);
  return entries.flatMap((entry) => {
    const own = entry.bindings?.find(({ linkId }) => linkId === _id);
    return own ? [{ entry, own }] : [];
  });
}

const isOpen = ({ state }: EntryBinding): boolean => state === 'planned' || state === 'aside';

/** It was once to be on the page, and is settled. */
export const isPosted = ({ entry }: OwnPage): boolean => entry.state === 'delivered';

/** How long until no request of before the change can bind an entry to the page any more. */
export function remainingOfBindings({ settings }: ActivityDeps, pages: readonly OwnPage[]): number {
  const waitMs = unknownAfterMs(settings);
  const left = pages.flatMap(({ own }) =>
    isOpen(own) && own.sentAt ? Math.min(waitMs, own.sentAt.getTime() + waitMs - Date.now()) : [],
  );
  return Math.max(0, ...left);
}

/** Pages that miss the entry get it before its only page goes, paused or not: there is no comment to bind afterwards. */
async function save({ store }: ActivityDeps, portal: Portal, { entry, own }: OwnPage, commentId: number) {
  const others = (entry.bindings ?? []).filter(({ linkId }) => linkId !== own.linkId);
  if (others.some(({ state }) => state === 'bound')) return;
  for (const other of others.filter(isOpen)) {
    const link = await store.links.load(other.linkId);
    if (link?.state !== 'linked' || link.crmContactId === null) continue;
    const contactId = link.crmContactId;
    try {
      await portal.timeline.bind({ commentId, contactId, lane: 'history' });
      await store.entries.moveBinding(entry, other, { state: 'bound', why: null, crmContactId: contactId });
    } catch (error) {
      if (toTrouble(error).portalWide || isStoreAway(error)) throw error;
    }
  }
}

/** Another page stands for the entry from now on, where this one did; without one the entry is removed. */
async function handOver({ store }: ActivityDeps, { entry, own }: OwnPage): Promise<void> {
  const now = await store.entries.load(entry._id);
  const other = (now?.bindings ?? []).find((one) => one.linkId !== own.linkId && one.state === 'bound');
  if (!other) await store.entries.markRemoved(entry);
  else if (entry.carrierId === own.linkId) await store.entries.carryBy(entry, other);
}

/**
 * Takes a posted entry from the page of a link that ends. The comment itself goes with its last page: Bitrix24 only unbinds it while
 * there are others. What may have been bound by a lost request is taken away, too.
 */
async function removeOne(deps: ActivityDeps, portal: Portal, page: OwnPage): Promise<void> {
  const { entry, own } = page;
  const { commentId } = entry;
  const mayBeThere = own.state === 'bound' || own.sentAt !== null;
  if (own.state === 'bound' && commentId !== null) await save(deps, portal, page, commentId);
  if (mayBeThere && commentId !== null)
    await takeOff(portal, commentId, await listOwnContacts(deps.store, portal, page));
  const to = mayBeThere
    ? ({ state: 'removed', why: null } as const)
    : ({ state: 'ended', why: 'unlinked' } as const);
  await deps.store.entries.moveBinding(entry, own, to);
  if (own.state === 'bound') await handOver(deps, page);
}

/** Moves a posted entry from the old contact's page to the new one's; one that was never shown follows with the next round. */
async function moveOne(deps: ActivityDeps, portal: Portal, page: OwnPage, contactId: number): Promise<void> {
  const { entry, own } = page;
  const { commentId } = entry;
  const { crmContactId: from } = own;
  if (commentId === null || from === contactId) return;
  const where = { commentId, lane: 'history' } as const;
  if (own.state === 'bound') await portal.timeline.bind({ ...where, contactId });
  if (own.state === 'bound' || own.sentAt !== null) {
    if (!(await isShared(deps.store, portal, page, from)))
      await portal.timeline.unbind({ ...where, contactId: from });
  }
  await deps.store.entries.moveBinding(entry, own, {
    ...{ state: own.state, why: own.why, crmContactId: contactId, sentAt: null },
  });
  if (entry.carrierId === own.linkId)
    await deps.store.entries.carryBy(entry, { ...own, crmContactId: contactId });
}

/** Whether the change has something to do with a posted entry; those of a run that crashed are done. */
export function isToTurn({ entry, own }: OwnPage, { kind, entries, crmContactId }: LinkChange): boolean {
  if (entry.state !== 'delivered') return false;
  if (kind === 'unlink') return isOpen(own) || (entries === 'remove' && own.state === 'bound');
  return entries === 'move' && (isOpen(own) || own.state === 'bound') && own.crmContactId !== crmContactId;
}

/** Brings one posted entry to where the change wants it. Safe to repeat: what is done is not asked for again. */
export async function turnPage(
  deps: ActivityDeps,
  portal: Portal,
  page: OwnPage,
  { kind, entries, crmContactId }: LinkChange,
): Promise<void> {
  if (kind !== 'unlink') {
    if (crmContactId !== null) await moveOne(deps, portal, page, crmContactId);
  } else if (entries === 'remove') await removeOne(deps, portal, page);
  else await deps.store.entries.moveBinding(page.entry, page.own, { state: 'ended', why: 'unlinked' });
}

/** A group whose last page ends waits for nothing: what is planned is cancelled, and its rows go. */
async function dropGroup({ store, onEntry }: ActivityDeps, chatId: ChatId): Promise<void> {
  const chat = await store.chats.load(chatId);
  if (!chat || (await listWaitingPages(store, chat)).length > 0) return;
  const target = toGroupTarget(chatId);
  for (const lane of ['live', 'history'] as const) {
    for (const entry of (await store.entries.listUnsettled(target, lane)).reverse())
      if (entry.state === 'planned' && (await store.entries.cancel(entry))) onEntry?.('cancelled');
  }
  await store.outbox.removeOfTarget(target);
}

/** The groups of a link that ends. */
export async function dropGroups(deps: ActivityDeps, { personId }: LinkDoc): Promise<void> {
  const { members, operations } = deps.store;
  for (const { chatId, operationId } of await members.listOfPerson(personId)) {
    if (operationId) await operations.finish(operationId, 'failed', 'The link was ended.');
    await dropGroup(deps, chatId);
  }
}
