import { toGroupTarget } from '../../domain/ids';
import { newIdAt } from '../../store/connection';
import type { ChatDoc } from '../../store/chats/chats';
import { isKept } from '../../store/chats/messages';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import type { Current } from '../current-chats';
import { loadPolicy, type LinkedPage, type PagesAt } from './pages';
import { saidAtOf, toRows } from './rows';

const page = 200;
const dayMs = 24 * 3_600_000;

/** When the link began as it is now, not when the person was first linked. */
const beginningOf = ({ history, startedAt, createdAt }: LinkDoc): Date =>
  history.filter(({ what }) => what === 'linked').at(-1)?.at ?? startedAt ?? createdAt;

/** The first of these pages began then. */
export const firstOf = (pages: readonly LinkedPage[]): Date =>
  new Date(Math.min(...pages.map(({ link }) => beginningOf(link).getTime())));

/** Rows of a group's chat, once. Gives how many are new. */
function addGroupRows(store: Store, chat: ChatDoc, startedAt: Date, placed: readonly Current[]) {
  const target = { target: toGroupTarget(chat._id), startedAt };
  return store.outbox.add(placed.flatMap((one) => toRows(target, one)));
}

/** Rows of what arrived from a time on, is in no entry and on somebody's page. Gives how many are new. */
export async function addSince(
  store: Store,
  chat: ChatDoc,
  { startedAt, since, pagesAt }: { startedAt: Date; since: Date; pagesAt: PagesAt },
): Promise<number> {
  let added = 0;
  // An id has its document's time: an old message that is changed only now is found within a day.
  let after: string | null = newIdAt(new Date(since.getTime() - dayMs));
  while (after !== null) {
    const messages = await store.messages.listOfChat(chat._id, after, page);
    const placed = messages.flatMap((message) =>
      message.versions
        .filter((one) => one.entryId === null && one.arrivedAt >= since && isKept(message, one))
        .map((version) => ({ chat, message, version }))
        .filter((one) => pagesAt(saidAtOf(one)).length > 0),
    );
    added += await addGroupRows(store, chat, startedAt, placed);
    after = messages.length < page ? null : (messages.at(-1)?._id ?? null);
  }
  return added;
}

/**
 * A group that has its first page: what came since that page's link began, within a day, becomes rows too, since nobody knew until
 * now that it was in the group. Its beginning is written last: a crash before it does all of this again.
 */
export async function openGroup(
  store: Store,
  chat: ChatDoc,
  { pages, pagesAt }: { pages: readonly LinkedPage[]; pagesAt: PagesAt },
) {
  const first = firstOf(pages);
  const { at } = await loadPolicy(store, chat);
  const since = Math.max(first.getTime(), at?.getTime() ?? 0, Date.now() - dayMs);
  const added = await addSince(store, chat, { startedAt: first, since: new Date(since), pagesAt });
  return { added, startedAt: await store.chats.beginGroup(chat._id, first) };
}
