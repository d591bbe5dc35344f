import type { Store } from '../../store/store';

const pagesAtOnce = 20;

/** All items of a part of a report, in their order. */
export async function readPart<Item>(store: Store, operationId: string, part: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; ; from += pagesAtOnce) {
    const pages = await store.reports.list(operationId, part, from, pagesAtOnce);
    for (const page of pages) items.push(...(page.items as Item[]));
    if (pages.length < pagesAtOnce) return items;
  }
}
