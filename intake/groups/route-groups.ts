import { chooseCarrier } from '../../domain/groups/carrier';
import { groupBy } from '../../domain/group-by';
import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';
import type { Current } from '../current-chats';
import { addGroupRows, openGroup } from './group-rows';
import { withLinks } from './file-pages';
import { noteMembers } from './membership';
import { loadPagesOf, onlyOf, type LinkedPage, type PagesAt } from './pages';
import { saidAtOf } from './rows';

/** Those whose rounds have to look at the group though they are not in it. */
async function watchNamed(store: Store, chat: ChatDoc, pages: readonly LinkedPage[]): Promise<void> {
  const named = pages.filter(({ why }) => why === 'named');
  const { portalId, _id: chatId } = chat;
  const memberships = named.map(({ link: { personId } }) => ({ portalId, chatId, personId }));
  await store.members.watch(memberships, new Date());
}

/** Each page once, of several times. */
const unite = (lists: readonly LinkedPage[][]): LinkedPage[] => [
  ...new Map(lists.flat().map((page) => [page.linkId, page])).values(),
];

/** Rows of what is on somebody's page. Gives who are to carry them, of those who can now, and how much that is. */
async function addToGroup(store: Store, chat: ChatDoc, given: readonly Current[], pagesAt: PagesAt) {
  const placed = await withLinks(store, given);
  const lists = placed.map((one) => onlyOf(pagesAt(saidAtOf(one)), one));
  const wanted = placed.filter((_, index) => (lists[index] ?? []).length > 0);
  const pages = unite(lists);
  if (pages.length === 0) return { linkIds: [], arrivals: 0 };
  await watchNamed(store, chat, pages);
  const begun = chat.startedAt
    ? { startedAt: chat.startedAt, added: 0 }
    : await openGroup(store, chat, { pages, pagesAt });
  const added = begun.added + (await addGroupRows(store, chat, begun.startedAt, wanted));
  const carriers = lists.flatMap((list) => chooseCarrier(list.map(({ link }) => link))?._id ?? []);
  return { linkIds: [...new Set(carriers)], arrivals: Math.max(added, wanted.length) };
}

/**
 * What came in groups becomes rows of the group's chat, once, where it is on somebody's page. One link that can carry it is counted
 * up, so that it does not park over it; the others find the rows in their own rounds. Gives the parked links to wake.
 */
export async function routeGroups(store: Store, placed: readonly Current[]): Promise<string[]> {
  if (placed.length === 0) return [];
  await noteMembers(store, placed);
  const counts = new Map<string, number>();
  for (const ofChat of groupBy(placed, ({ chat }) => chat._id).values()) {
    const chat = ofChat[0]?.chat;
    if (!chat) continue;
    const { linkIds, arrivals } = await addToGroup(store, chat, ofChat, await loadPagesOf(store, chat));
    for (const linkId of linkIds) counts.set(linkId, (counts.get(linkId) ?? 0) + arrivals);
  }
  return counts.size === 0 ? [] : store.links.countArrivals(counts);
}
