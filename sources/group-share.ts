import { toPolicy } from '../domain/groups/policy';
import { listAbsences, wasNeverIn } from '../domain/groups/presence';
import { absencesOf } from '../domain/groups/share';
import { isFileItem, toGroupTarget, toRepeated, toVersionId, type ItemId } from '../domain/ids';
import { countHeld, nothingHeld, type Held } from '../store/chats/chat-counts';
import type { ChatDoc } from '../store/chats/chats';
import type { MemberDoc } from '../store/chats/members';
import { listItemsFor } from '../store/delivery/target-counts';
import type { LinkDoc } from '../store/links/link-schema';
import type { Store } from '../store/store';

/** How much of a chat is for a page, on it and on its way to it. */
export interface Share {
  held: Held;
  onPage: number;
  /** On the page as a line that says what was refused. */
  refused: number;
  waiting: number;
}

/** A group, and what the link's person is in it. */
export interface Membership {
  chat: ChatDoc;
  member: MemberDoc;
}

const toVersions = (items: readonly ItemId[]): Set<string> =>
  new Set(items.filter((item) => !isFileItem(item)).map(toVersionId));

/** The versions of each kind: one that is on the page in part waits, and one that is refused in part is refused. */
async function countVersions({ entries }: Store, link: LinkDoc, chatId: string, rows: readonly ItemId[]) {
  const ofPage = await entries.listOfPage(link._id, chatId);
  const open = ofPage.filter(({ state }) => state === 'planned' || state === 'aside');
  const bound = ofPage.filter(({ state }) => state === 'bound');
  const shown = new Set(bound.flatMap(({ items }) => items));
  const coming = [...rows, ...open.flatMap(({ items }) => items)].filter((item) => !shown.has(item));
  const waiting = toVersions(coming);
  const told = new Set(bound.flatMap(({ placeholder, items }) => (placeholder ? [] : items)));
  const lines = bound.flatMap(({ placeholder, items }) => (placeholder ? items : []));
  const refused = toVersions(lines.filter((item) => !told.has(toRepeated(item))));
  const onPage = toVersions([...shown]);
  const isOnlyHere = (version: string) => !waiting.has(version) && !refused.has(version);
  return { waiting: waiting.size, refused: refused.size, onPage: [...onPage].filter(isOnlyHere).length };
}

/**
 * A page's share of a group: what was said while its person was in it, by the entries that name the page and the rows that are to come onto
 * it. Rows are read first, so that nothing is missed that is posted meanwhile. Null: the person was only named for the group, which
 * is on other pages.
 */
export async function countGroupShare(
  store: Store,
  link: LinkDoc,
  { chat, member }: Membership,
): Promise<Share | null> {
  const { _id: chatId, portalId, policy } = chat;
  const portal = policy ? null : await store.portals.load(portalId);
  const absences = absencesOf(toPolicy(policy, portal?.groupMode), link, member);
  const page = { target: toGroupTarget(chatId), linkId: link._id };
  const rows = absences ? await listItemsFor(store, { ...page, absences }) : [];
  const versions = await countVersions(store, link, chatId, rows);
  if (!absences && wasNeverIn(member) && versions.waiting + versions.refused + versions.onPage === 0)
    return null;
  const counted = [{ chatId, absences: absences ?? listAbsences(member) }];
  const held = (await countHeld(store.messages, counted)).get(chatId) ?? nothingHeld;
  return { held, ...versions };
}
