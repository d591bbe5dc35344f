import { chooseCarrier } from '../../domain/groups/carrier';
import { groupBy } from '../../domain/group-by';
import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';
import type { Current } from '../current-chats';
import { addGroupRows, openGroup } from './group-rows';
import { noteMembers } from './membership';
import { listPagesOf, type LinkedPage } from './pages';

/** Those whose rounds have to look at the group though they are not in it. */
async function watchNamed(store: Store, chat: ChatDoc, pages: readonly LinkedPage[]): Promise<void> {
  const named = pages.filter(({ why }) => why === 'named');
  const { portalId, _id: chatId } = chat;
  const memberships = named.map(({ link: { personId } }) => ({ portalId, chatId, personId }));
  await store.members.watch(memberships, new Date());
}

/** Rows of a group that is on a page. Gives who is to carry them, if anybody can now, and how much that is. */
async function addToGroup(
  store: Store,
  chat: ChatDoc,
  placed: readonly Current[],
  pages: readonly LinkedPage[],
) {
  await watchNamed(store, chat, pages);
  const begun = chat.startedAt
    ? { startedAt: chat.startedAt, added: 0 }
    : await openGroup(store, chat, pages);
  const added = begun.added + (await addGroupRows(store, chat, begun.startedAt, placed));
  const carrier = chooseCarrier(pages.map(({ link }) => link));
  return { linkId: carrier?._id ?? null, arrivals: Math.max(added, placed.length) };
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
    const pages = chat ? await listPagesOf(store, chat) : [];
    if (!chat || pages.length === 0) continue;
    const { linkId, arrivals } = await addToGroup(store, chat, ofChat, pages);
    if (linkId !== null) counts.set(linkId, (counts.get(linkId) ?? 0) + arrivals);
  }
  return counts.size === 0 ? [] : store.links.countArrivals(counts);
}
