import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { addSince, firstOf } from './group-rows';
import { loadPagesOf } from './pages';

/** Groups whose participants were listed before anybody knew this person. */
async function enterListed(store: Store, { portalId, personId }: LinkDoc): Promise<void> {
  const person = await store.people.load(personId);
  if (!person) return;
  const keys = [...person.aliases, ...person.absorbed].map(({ key }) => key);
  const rosters = await store.rosters.listNaming(portalId, keys);
  await store.members.enter(rosters.map(({ _id: chatId, at }) => ({ portalId, chatId, personId, at })));
}

/**
 * The groups of a link that begins: they are on its page from then on. The link is written before their messages are scanned, and
 * ingest writes a message before it reads links: one of the two always sees the other. Safe to repeat.
 */
export async function beginGroups(store: Store, link: LinkDoc): Promise<void> {
  await enterListed(store, link);
  const members = await store.members.listOfPerson(link.personId);
  const chatIds = members.filter(({ leftAt }) => leftAt === null).map(({ chatId }) => chatId);
  const chats = chatIds.length === 0 ? [] : await store.chats.loadMany(chatIds);
  for (const chat of chats) {
    const pagesAt = await loadPagesOf(store, chat);
    const own = pagesAt().filter(({ linkId }) => linkId === link._id);
    if (own.length === 0) continue;
    const since = firstOf(own);
    await addSince(store, chat, { startedAt: chat.startedAt ?? since, since, pagesAt });
    if (!chat.startedAt) await store.chats.beginGroup(chat._id, since);
  }
}
