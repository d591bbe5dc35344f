import type { Page } from '../../store/queries';
import type { ActivityDeps } from '../deps';

/** A list of the sweep, in the order of the ids. */
interface RoundList<Doc> {
  portalId: string;
  /** Its name on the portal. */
  list: string;
  pageSize: number;
  fetch: (page: Page) => Promise<Doc[]>;
}

/**
 * A list page by page, once round, from where the last look at it ended: whoever stays in it keeps nobody behind from having a
 * turn, however short the looks are. The place is noted before a page is worked, so that not even a page that ends the process is
 * met twice in a row.
 */
export async function* goRound<Doc extends { _id: string }>(
  { store: { portals } }: ActivityDeps,
  { portalId, list, pageSize, fetch }: RoundList<Doc>,
): AsyncGenerator<Doc[]> {
  const start = await portals.loadPlace(portalId, list);
  let after = start;
  const move = async (to: string | null) => {
    if (to !== after) await portals.savePlace(portalId, list, to);
    after = to;
  };
  for (const until of start === null ? [null] : [null, start]) {
    for (let isMore = true; isMore;) {
      const page = await fetch({ after, limit: pageSize });
      const mine = until === null ? page : page.filter(({ _id }) => _id <= until);
      isMore = mine.length === pageSize;
      await move(isMore ? (mine.at(-1)?._id ?? null) : null);
      if (mine.length > 0) yield mine;
    }
  }
}
