import { toGroupTarget, toLinkTarget } from '../domain/ids';
import { addHeldMessages } from './held-messages';
import { addSince } from './groups/group-rows';
import { loadPagesOf } from './groups/pages';
import { findParked } from './routing';
import type { ChatDoc } from '../store/chats/chats';
import type { LinkDoc } from '../store/links/link-schema';
import type { Excluded } from '../domain/privacy/excluded';
import type { PersonDoc } from '../store/people/people';
import type { Store } from '../store/store';

const findLink = async (
  { links }: Store,
  portalId: string,
  personId: string | null,
): Promise<LinkDoc | null> => (personId === null ? null : links.findByPerson(portalId, personId));

/**
 * Nothing more is taken in of a person; what waits of their chats for their page is held, and is there again when this is undone. The mark
 * first: a crash behind it leaves rows, which go when it is asked for again. What waits of them in groups goes to its pages.
 */
export async function excludePerson(
  store: Store,
  person: PersonDoc,
  excluded: Excluded,
): Promise<PersonDoc | null> {
  const marked = await store.people.setExcluded(person._id, person.excluded ?? excluded);
  const link = await findLink(store, person.portalId, person._id);
  if (link) await store.outbox.removeOfTarget(toLinkTarget(link._id));
  return marked;
}

/** The same of one chat, with a person or a group. */
export async function excludeChat(store: Store, chat: ChatDoc, excluded: Excluded): Promise<ChatDoc | null> {
  const marked = await store.chats.setExcluded(chat._id, chat.excluded ?? excluded);
  const link = await findLink(store, chat.portalId, chat.personId);
  const target = link ? toLinkTarget(link._id) : toGroupTarget(chat._id);
  await store.outbox.removeOfChat(target, chat._id);
  return marked;
}

/** What was held of a link's chats waits for its page again. Gives its id where it is parked and must be woken. */
async function release(store: Store, link: LinkDoc | null): Promise<string | null> {
  if (link?.state !== 'linked') return null;
  return (await addHeldMessages(store, link)) === 0 ? null : findParked(store, link._id);
}

/** Undone: what comes from now on is taken in, and what was held waits again. Gives the parked link to wake. */
export async function includePerson(store: Store, person: PersonDoc): Promise<string | null> {
  await store.people.setExcluded(person._id, null);
  return release(store, await findLink(store, person.portalId, person._id));
}

export async function includeChat(store: Store, chat: ChatDoc): Promise<string | null> {
  await store.chats.setExcluded(chat._id, null);
  if (chat.kind === 'direct') return release(store, await findLink(store, chat.portalId, chat.personId));
  const { startedAt, excluded } = chat;
  if (!startedAt || !excluded) return null;
  const pagesAt = await loadPagesOf(store, chat);
  await addSince(store, chat, { startedAt, since: startedAt, pagesAt });
  const [page] = pagesAt();
  return page ? findParked(store, page.linkId) : null;
}
