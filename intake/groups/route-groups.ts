import { chooseCarrier } from '../../domain/groups/carrier';
import { groupBy } from '../../domain/group-by';
import { toGroupTarget } from '../../domain/ids';
import type { ChatDoc } from '../../store/chats/chats';
import type { MemberDoc } from '../../store/chats/members';
import type { OutboxRow } from '../../store/delivery/outbox';
import type { Store } from '../../store/store';
import type { Current } from '../current-chats';
import { openGroup } from './group-rows';
import { withLinks } from './file-pages';
import { noteMembers } from './membership';
import { loadPagesOfMany, onlyOf, type LinkedPage, type PagesAt } from './pages';
import { saidAtOf, toRows } from './rows';

/** What came in one group, and the pages that have it. */
interface OfGroup {
  chat: ChatDoc;
  pagesAt: PagesAt;
  /** What is on somebody's page, and on whose. */
  wanted: { one: Current; pages: LinkedPage[] }[];
}

/** Rows to be made of what came in groups, and the links that are to carry it. */
export interface GroupRows {
  rows: Omit<OutboxRow, '_id'>[];
  carriers: ReadonlySet<string>;
}

/** Those whose rounds have to look at groups though they are not in them. */
async function watchNamed(store: Store, groups: readonly OfGroup[]): Promise<void> {
  const named = groups.flatMap(({ chat: { portalId, _id: chatId }, wanted }) =>
    unite(wanted)
      .filter(({ why }) => why === 'named')
      .map(({ link: { personId } }) => ({ portalId, chatId, personId })),
  );
  await store.members.watch(named, new Date());
}

/** Each page once, of several times. */
const unite = (wanted: OfGroup['wanted']): LinkedPage[] => [
  ...new Map(wanted.flatMap(({ pages }) => pages).map((page) => [page.linkId, page])).values(),
];

/** Of each group what is on somebody's page; groups of which nothing is are left out. */
async function listWanted(
  store: Store,
  given: readonly Current[],
  members: readonly MemberDoc[] | null,
): Promise<OfGroup[]> {
  const byChat = groupBy(await withLinks(store, given), ({ chat }) => chat._id);
  const chats = [...byChat.values()].flatMap(([first]) => first?.chat ?? []);
  const pagesOf = await loadPagesOfMany(store, chats, members);
  return chats.flatMap((chat): OfGroup[] => {
    const pagesAt = pagesOf.get(chat._id);
    if (!pagesAt) return [];
    const wanted = (byChat.get(chat._id) ?? [])
      .map((one) => ({ one, pages: onlyOf(pagesAt(saidAtOf(one)), one) }))
      .filter(({ pages }) => pages.length > 0);
    return wanted.length === 0 ? [] : [{ chat, pagesAt, wanted }];
  });
}

/** Who is to carry what came in a group, of those who can now. */
const listCarriers = ({ wanted }: OfGroup): string[] => [
  ...new Set(wanted.flatMap(({ pages }) => chooseCarrier(pages.map(({ link }) => link))?._id ?? [])),
];

/**
 * What came in groups is to become rows of the group's chat, once, where it is on somebody's page. One link that can carry it is to be
 * woken where it is parked; the others find the rows in their own rounds. A group that has its first page is opened.
 */
export async function planGroups(store: Store, placed: readonly Current[]): Promise<GroupRows> {
  const rows: GroupRows['rows'] = [];
  const carriers = new Set<string>();
  if (placed.length === 0) return { rows, carriers };
  const members = await noteMembers(store, placed);
  const groups = await listWanted(store, placed, members);
  await watchNamed(store, groups);
  for (const group of groups) {
    const { chat, pagesAt, wanted } = group;
    const { startedAt } = chat.startedAt
      ? { startedAt: chat.startedAt }
      : await openGroup(store, chat, { pages: unite(wanted), pagesAt });
    const target = { target: toGroupTarget(chat._id), startedAt };
    rows.push(...wanted.flatMap(({ one }) => toRows(target, one)));
    for (const linkId of listCarriers(group)) carriers.add(linkId);
  }
  return { rows, carriers };
}
