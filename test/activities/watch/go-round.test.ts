import { goRound } from '../../../activities/watch/go-round';
import type { ActivityDeps } from '../../../activities';
import type { Page } from '../../../store/queries';

function createList(ids: string[]) {
  const places = new Map<string, string | null>();
  const portals = {
    loadPlace: (_: string, list: string) => Promise.resolve(places.get(list) ?? null),
    savePlace: (_: string, list: string, after: string | null) =>
      Promise.resolve(void places.set(list, after)),
  };
  const deps = { store: { portals } } as unknown as ActivityDeps;
  const fetch = ({ after, limit }: Page) =>
    Promise.resolve(
      ids
        .filter((id) => after === null || id > after)
        .slice(0, limit)
        .map((_id) => ({ _id })),
    );
  /** One look at so many pages. */
  return async (pages: number) => {
    const seen: string[] = [];
    let left = pages;
    for await (const page of goRound(deps, { portalId: 'P', list: 'some', pageSize: 2, fetch })) {
      seen.push(...page.map(({ _id }) => _id));
      left -= 1;
      if (left === 0) break;
    }
    return seen;
  };
}

test('short looks at a list that nobody leaves come to everybody in turn', async () => {
  const look = createList(['a', 'b', 'c', 'd', 'e']);
  expect([await look(1), await look(1), await look(1), await look(1)]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    ['e'],
    ['a', 'b'],
  ]);
});

test('a long look sees everybody once, from where the last one ended', async () => {
  const look = createList(['a', 'b', 'c', 'd']);
  await look(1);
  expect(await look(99)).toEqual(['c', 'd', 'a', 'b']);
  expect(await look(99)).toEqual(['a', 'b', 'c', 'd']);
});

test('an empty list has no page', async () => {
  expect(await createList([])(99)).toEqual([]);
});
