import type { Portal } from '../../bitrix24/portal';
import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import type { Store } from '../../store/store';

/** A group's entry and what it is on the page of one link. */
interface Page {
  entry: EntryDoc;
  own: EntryBinding;
}

/**
 * Whether another link shows the same entry on the same page: then it stays there. One that is linked there now, and whose contact of then
 * is gone, does so too: the contacts were merged, and Bitrix24 brought the comment along.
 */
export async function isShared(
  store: Store,
  portal: Portal,
  { entry, own }: Page,
  contactId: number,
): Promise<boolean> {
  const others = (entry.bindings ?? []).filter(
    ({ linkId, state }) => linkId !== own.linkId && state === 'bound',
  );
  if (others.some(({ crmContactId }) => crmContactId === contactId)) return true;
  const links = await store.links.loadMany(others.map(({ linkId }) => linkId));
  const here = links.filter((link) => link.state === 'linked' && link.crmContactId === contactId);
  const ofHere = others.filter(({ linkId }) => here.some(({ _id }) => _id === linkId));
  if (ofHere.length === 0) return false;
  const { cards, unreadable } = await portal.contacts.readCards(
    ofHere.map(({ crmContactId }) => crmContactId),
  );
  const known = new Set([...cards.map((card) => card.crmContactId), ...unreadable]);
  return ofHere.some(({ crmContactId }) => !known.has(crmContactId));
}

/** The pages that a comment may be taken from for this link: where it was put, and where the link is now. */
export async function listOwnContacts(store: Store, portal: Portal, page: Page): Promise<number[]> {
  const { linkId, crmContactId } = page.own;
  const link = await store.links.load(linkId);
  const free: number[] = [];
  for (const contactId of new Set([crmContactId, link?.crmContactId ?? crmContactId]))
    if (!(await isShared(store, portal, page, contactId))) free.push(contactId);
  return free;
}
