import { canCarry } from '../../domain/groups/carrier';
import { linkIdOf } from '../../domain/ids';
import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import type { RefusedEntry } from '../../store/delivery/refused-entries';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

const isOpen = ({ state }: EntryBinding): boolean => state !== 'ended' && state !== 'removed';

/** The link on whose page it is said again: its own, or of a group one that can carry it now. */
async function findLink({ links }: Store, { target, bindings = [] }: EntryDoc): Promise<LinkDoc | null> {
  const own = linkIdOf(target);
  if (own !== null) return links.load(own);
  const members = await links.loadMany(bindings.filter(isOpen).map(({ linkId }) => linkId));
  return members.find(canCarry) ?? members[0] ?? null;
}

/**
 * Plans the entry that says again what a placeholder stands for, and gives the link that sends it. A group's has no rows that would bring
 * it to the other pages: those are set aside from the beginning, and their links are told to look before it is planned.
 */
export async function sayAgain(
  store: Store,
  entry: RefusedEntry,
): Promise<{ link: LinkDoc | null; again: EntryDoc | null }> {
  const link = await findLink(store, entry);
  if (link?.state !== 'linked' || link.crmContactId === null) return { link, again: null };
  const { _id, epoch, crmContactId } = link;
  const where = { epoch, crmContactId };
  if (!entry.bindings) return { link, again: await store.entries.planAgain(entry, where) };
  const bindings = entry.bindings.filter(isOpen).map((one): EntryBinding => ({
    ...{ linkId: one.linkId, crmContactId: one.crmContactId, sentAt: null },
    ...(one.linkId === _id ? { state: 'planned', why: null } : { state: 'aside', why: 'asked' }),
  }));
  const others = await store.links.loadMany(bindings.map(({ linkId }) => linkId));
  const people = others.filter((other) => other._id !== _id).map(({ personId }) => personId);
  await store.members.noteMissed(entry.chatId, people);
  return { link, again: await store.entries.planAgain(entry, { ...where, carrierId: _id, bindings }) };
}
