import type { PlannedLink } from '../../linking/link-plan';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';
import { planPart } from './link-plan';

const list = 'link-plan';

/** A place in a result: a page, and how many of its items were given out. */
interface Place {
  operationId: string;
  page: number;
  offset: number;
}

const toKey = ({ operationId, page, offset }: Place): string => `${operationId}/${page}/${offset}`;

/** The result and place that a cursor is of. Its result may be gone: then it is a cursor no more. */
export function openPlace({ cursors }: ApiContext, cursor: string | undefined): Place | null {
  const key = cursors.open(list, cursor);
  if (key === null) return null;
  const [operationId = '', page, offset] = key.split('/');
  return { operationId, page: Number(page), offset: Number(offset) };
}

/** A page of people, and the cursor of the next one. */
export interface PlanPage {
  items: PlannedLink[];
  nextCursor: string | null;
}

/** Reads so many people from the place on. */
export async function readPlan(
  { store, cursors }: ApiContext,
  from: Place,
  limit: number,
): Promise<PlanPage> {
  const { operationId } = from;
  const items: PlannedLink[] = [];
  let { page, offset } = from;
  while (items.length < limit) {
    const stored = await store.reports.find(operationId, planPart, page);
    if (!stored && page === from.page)
      throw new Problem('bad_cursor', { detail: 'The result is not kept any more.' });
    if (!stored) return { items, nextCursor: null };
    const some = stored.items.slice(offset, offset + limit - items.length) as PlannedLink[];
    items.push(...some);
    offset += some.length;
    if (offset >= stored.items.length) [page, offset] = [page + 1, 0];
  }
  const isMore = await hasMore(store, { operationId, page, offset });
  return { items, nextCursor: isMore ? cursors.seal(list, toKey({ operationId, page, offset })) : null };
}

/** Portions in which nobody was left to plan for are empty. */
async function hasMore(store: ApiContext['store'], { operationId, page, offset }: Place): Promise<boolean> {
  const pages = await store.reports.list(operationId, planPart, page, 1);
  for (let [stored] = pages; stored;) {
    if (stored.items.length > (stored.place === page ? offset : 0)) return true;
    [stored] = await store.reports.list(operationId, planPart, stored.place + 1, 1);
  }
  return false;
}
