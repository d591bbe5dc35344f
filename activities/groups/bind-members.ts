import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import type { ActivityDeps } from '../deps';
import { bindOne, confirm } from './bind-one';
import { countOnPage } from './count-on-page';

/** The carrier's page has it with the comment itself, and with it everybody who is linked to the same contact. */
const isOnCarriersPage = ({ carrierId, crmContactId }: EntryDoc, link: LinkDoc): boolean =>
  link._id === carrierId || (link.state === 'linked' && link.crmContactId === crmContactId);

/** Brings one planned page of a delivered entry as far as it goes now: bound, set aside or ended; else it stays planned. */
async function decide(
  deps: ActivityDeps,
  entry: EntryDoc,
  binding: EntryBinding,
  link: LinkDoc | undefined,
): Promise<unknown> {
  const { entries } = deps.store;
  if (!link) return entries.moveBinding(entry, binding, { state: 'ended', why: 'unlinked' });
  const page = { entry, binding, link };
  if (isOnCarriersPage(entry, link)) return confirm(deps, page, entry.crmContactId);
  // A change finds out whether it is on the page already, and decides.
  if (link.change) return;
  if (link.state !== 'linked')
    return entries.moveBinding(entry, binding, { state: 'ended', why: 'unlinked' });
  if (link.rhythm === 'paused')
    return entries.moveBinding(entry, binding, { state: 'aside', why: link.doubt?.code ?? 'paused' });
  return bindOne(deps, await deps.portalOf(entry.portalId), page);
}

/** Those who miss the entry look for it in their own rounds. Written after the pages say so, and again by whoever comes after a crash. */
async function noteMissed(
  { members }: Store,
  { chatId }: EntryDoc,
  bindings: readonly EntryBinding[],
  links: readonly LinkDoc[],
): Promise<void> {
  const missing = new Set(bindings.filter(({ state }) => state === 'aside').map(({ linkId }) => linkId));
  const people = links.filter(({ _id }) => missing.has(_id)).map(({ personId }) => personId);
  await members.noteMissed(chatId, people);
}

/**
 * The step after a group's comment was delivered: it is bound to every other page that the entry names, all in one batch. A page
 * that cannot take it now is set aside with its reason and stops nobody. True: every page is decided, and the rows may go. Safe to
 * repeat; what concerns the whole portal is thrown once all have been tried.
 */
export async function bindMembers(deps: ActivityDeps, entry: EntryDoc): Promise<boolean> {
  const { store } = deps;
  if (!entry.bindings) return true;
  const bindings = (await store.entries.load(entry._id))?.bindings ?? entry.bindings;
  const links = await store.links.loadMany(bindings.map(({ linkId }) => linkId));
  const linkOf = new Map(links.map((link) => [link._id, link]));
  const decided = await Promise.allSettled(
    bindings
      .filter(({ state }) => state === 'planned')
      .map((binding) => decide(deps, entry, binding, linkOf.get(binding.linkId))),
  );
  const now = (await store.entries.load(entry._id))?.bindings ?? [];
  await noteMissed(store, entry, now, links);
  const isBound = new Set(now.filter(({ state }) => state === 'bound').map(({ linkId }) => linkId));
  for (const link of links) if (isBound.has(link._id)) await countOnPage(store, link, entry.chatId);
  const failed = decided.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return now.every(({ state }) => state !== 'planned');
}
