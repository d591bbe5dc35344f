import type { LinkDoc } from '../../store/links/link-schema';
import type { LinksWish } from '../../store/operations';
import type { ApiContext } from '../context';
import { parseInput } from '../http/endpoint';
import { readLinks } from '../links/link-filter';
import { bulkFilter } from './bulk-filter';
import { takeStep } from './bulk-step';
import { atOnce, refusalOf, type WorkOff } from './portion';

/** The next links: of those named, the ones behind the last that was done; of a filter, the next page by their age. */
async function listNext(
  context: ApiContext,
  { ids, filter }: LinksWish,
  after: string | null,
): Promise<LinkDoc[]> {
  const { store } = context;
  if (ids === null) {
    const page = { after, limit: atOnce };
    return readLinks(context, { ...parseInput(bulkFilter, filter ?? {}), sort: 'newest' }, page);
  }
  const place = after === null ? 0 : ids.indexOf(after) + 1;
  const next = ids.slice(place, place + atOnce);
  const byId = new Map((await store.links.loadMany(next)).map((link) => [link._id, link]));
  return next.flatMap((id) => byId.get(id) ?? []);
}

/** Does one thing with the next links. */
export const changeLinks =
  (wish: LinksWish): WorkOff =>
  async (context, _operation, after) => {
    const links = await listNext(context, wish, after);
    const codes = await Promise.all(links.map((link) => refusalOf(() => takeStep(context, link, wish))));
    return { count: links.length, refused: codes.flat(), after: links.at(-1)?._id ?? null };
  };
