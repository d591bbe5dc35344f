import { chooseCarrier } from '../../domain/groups/carrier';
import { toGroupTarget } from '../../domain/ids';
import { loadPagesOf, onlyOf, type LinkedPage, type PagesAt } from '../../intake/groups/pages';
import type { ChatDoc } from '../../store/chats/chats';
import type { OutboxRow } from '../../store/delivery/outbox';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

const rowsAtOnce = 500;

/** Rows of a group that follow each other and belong on the same pages. */
export interface PageRun {
  pages: LinkedPage[];
  rows: OutboxRow[];
}

const isSame = (some: readonly LinkedPage[], others: readonly LinkedPage[]): boolean =>
  some.length === others.length && some.every(({ linkId }, index) => linkId === others[index]?.linkId);

/** Where none of those it is for is left, it goes to whoever has the group. */
function pagesOf(row: OutboxRow, pagesAt: PagesAt): LinkedPage[] {
  const pages = pagesAt(row.saidAt ?? row.orderAt);
  const named = onlyOf(pages, row);
  return named.length > 0 ? named : pages;
}

/** An entry goes to the same pages as a whole, so that the rows are cut where somebody came or went. */
export function toRuns(rows: readonly OutboxRow[], pagesAt: PagesAt): PageRun[] {
  const runs: PageRun[] = [];
  for (const row of rows) {
    const pages = pagesOf(row, pagesAt);
    const last = runs.at(-1);
    if (last && isSame(last.pages, pages)) last.rows.push(row);
    else runs.push({ pages, rows: [row] });
  }
  return runs;
}

/** What waits of a group, by its pages; of each lane what a round looks at. */
export async function listRuns(store: Store, chat: ChatDoc, pagesAt: PagesAt): Promise<PageRun[]> {
  const target = toGroupTarget(chat._id);
  const [live, history] = await Promise.all([
    store.outbox.listOfLane(target, 'live', rowsAtOnce),
    store.outbox.listOfLane(target, 'history', rowsAtOnce),
  ]);
  return [...toRuns(live, pagesAt), ...toRuns(history, pagesAt)];
}

/** The pages that something of a group waits for; where nothing has a row, those that have it now. */
export async function listWaitingPages(store: Store, chat: ChatDoc): Promise<LinkedPage[]> {
  const pagesAt = await loadPagesOf(store, chat);
  const runs = await listRuns(store, chat, pagesAt);
  if (runs.length === 0) return pagesAt();
  return [...new Map(runs.flatMap(({ pages }) => pages).map((page) => [page.linkId, page])).values()];
}

/** The links that are to carry what waits of a group now, one for each of its pages' sets; none: nobody can, or it is on no page. */
export async function listCarriers(store: Store, chatId: string): Promise<LinkDoc[]> {
  const chat = await store.chats.load(chatId);
  if (!chat) return [];
  const runs = await listRuns(store, chat, await loadPagesOf(store, chat));
  const carriers = runs.flatMap(({ pages }) => chooseCarrier(pages.map(({ link }) => link)) ?? []);
  return [...new Map(carriers.map((link) => [link._id, link])).values()];
}
