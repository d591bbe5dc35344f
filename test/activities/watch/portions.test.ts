import { takeCards } from '../../../activities/watch/linked-cards';
import type { ActivityDeps } from '../../../activities/deps';
import type { LinkDoc } from '../../../store/links/link-schema';
import type { PersonDoc } from '../../../store/people/people';

const phoneOf = (index: number): string => `+49170${1_000_000 + index}`;

/** Counts how often other work of the process has its turn, until it is asked. */
function countTurns(): () => number {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isOver = true;
    return turns;
  };
}

/** A store that answers at once: what takes a turn here is the matching alone. */
const depsWith = (people: PersonDoc[]) => {
  const seen: string[] = [];
  const links = {
    markSeen: (ids: string[]) => Promise.resolve(void seen.push(...ids)),
    putInDoubt: () => Promise.resolve(true),
  };
  const store = { people: { loadMany: () => Promise.resolve(people) }, links };
  return { deps: { store } as unknown as ActivityDeps, seen };
};

test('other work has its turn while 2,000 cards are matched', async () => {
  const indexes = Array.from({ length: 2_000 }, (_, index) => index);
  const people = indexes.map((index) => ({
    _id: `person${index}`,
    aliases: [{ kind: 'phone', key: `phone:${phoneOf(index)}` }],
  }));
  const links = indexes.map((index) => ({
    ...{ _id: `link${index}`, personId: `person${index}`, crmContactId: index + 1 },
    ...{ doubt: null, decision: { by: 'phone' } },
  }));
  // Every tenth contact lost the number.
  const cards = indexes.map((index) => {
    return { crmContactId: index + 1, name: 'Klaus', phones: [phoneOf(index % 10 === 0 ? 5_000 : index)] };
  });
  const { deps, seen } = depsWith(people as unknown as PersonDoc[]);
  const stop = countTurns();
  expect(await takeCards(deps, links as unknown as LinkDoc[], cards, 'DE')).toBe(200);
  expect(stop()).toBeGreaterThanOrEqual(2_000 / 50 - 1);
  expect(seen).toHaveLength(1_800);
});
