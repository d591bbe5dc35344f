import { planArrivals } from '../../../bench/peers/figures/arrivals';
import { coresFor, separateCosts } from '../../../bench/peers/figures/costs';
import { countRounds, firstDueMs, measureLateness, type Check } from '../../../bench/peers/figures/lateness';
import { compareLedger } from '../../../bench/peers/figures/ledger';
import { nextContacts } from '../../../bench/peers/figures/next-step';
import { medianOf, spreadOf } from '../../../bench/peers/figures/quantiles';

const grid = { firstMs: 1_000, intervalMs: 100, contacts: 4 };
const window = [1_000, 1_400] as const;
const onTime = (contact: number, rounds: number, lateMs = 0): Check[] =>
  Array.from({ length: rounds }, (_, round) => ({
    contact,
    atMs: firstDueMs(grid, contact) + round * grid.intervalMs + lateMs,
  }));

test('contacts are spread evenly over the interval', () => {
  expect([0, 1, 2, 3].map((contact) => firstDueMs(grid, contact))).toEqual([1_000, 1_025, 1_050, 1_075]);
});

test('checks on the grid are not late, and those after it are by as much', () => {
  const checks = [0, 1, 2].flatMap((contact) => onTime(contact, 5)).concat(onTime(3, 5, 30));
  expect(measureLateness(grid, checks, window)).toEqual({ p50: 0, p99: 30, max: 30, due: 14, missed: 0 });
});

test('a check that never came is late until the next one, and missed', () => {
  const checks = [0, 1, 2, 3].flatMap((contact) => onTime(contact, 5));
  const without = checks.filter(({ contact, atMs }) => !(contact === 0 && atMs === 1_100));
  expect(measureLateness(grid, without, window)).toMatchObject({ max: 100, missed: 1 });
});

test('a contact that nobody looks at is late until now', () => {
  const checks = [1, 2, 3].flatMap((contact) => onTime(contact, 5));
  expect(measureLateness(grid, checks, window)).toMatchObject({ max: 400, missed: 4 });
});

test('a check a little before its time is that round’s', () => {
  const checks = [0, 1, 2, 3].flatMap((contact) => onTime(contact, 5, -5));
  expect(measureLateness(grid, checks, window)).toMatchObject({ max: 0, missed: 0 });
});

test('where an approach chooses the places of contacts, each is due at its own', () => {
  const checks = [0, 1, 2, 3].flatMap((contact) => onTime(contact, 5, 10));
  const placeOf = (contact: number) => firstDueMs(grid, contact) - 7 * grid.intervalMs + 10;
  expect(measureLateness({ ...grid, placeOf }, checks, window)).toMatchObject({ max: 0, missed: 0 });
});

test('a sweep is measured against its own first time', () => {
  const sweeps = [1_040, 1_140, 1_260, 1_340].map((atMs): Check => ({ contact: 'all', atMs }));
  expect(measureLateness(grid, sweeps, window)).toEqual({ p50: 0, p99: 20, max: 20, due: 4, missed: 0 });
});

test('a sweep looks at every contact, a check at one', () => {
  const checks: Check[] = [...onTime(0, 3), { contact: 'all', atMs: 1_050 }, { contact: 1, atMs: 1_400 }];
  expect(countRounds(grid, checks, window)).toBe(3 + grid.contacts);
});

const said = [1, 2, 3].map((number) => ({ contact: 7, number, atMs: 1_000 * number }));
const comment = (id: number, text: string) => ({ contact: 7, id, atMs: 10_000, text });

test('every message once and in order is neither lost nor doubled, with the time it took', () => {
  const page = [comment(2, '→ [10:00:03] Name: m3\n#marker'), comment(1, '→ [10:00:01] Name: m1\nm2')];
  expect(compareLedger(said, page)).toEqual({
    ...{ said: 3, lost: 0, doubled: 0, outOfOrder: 0, comments: 2 },
    shown: [1_000, 2_000, 3_000].map((saidMs) => ({ saidMs, shownMs: 10_000 })),
  });
});

test('what is missing is lost, what is there twice doubled, what stands after a later one out of order', () => {
  const page = [comment(1, 'm2'), comment(2, 'm1'), comment(3, 'm2')];
  expect(compareLedger(said, page)).toMatchObject({ lost: 1, doubled: 1, outOfOrder: 1 });
});

test('quantiles are values that were seen, and a median of runs has their ends', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(values)).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(spreadOf([])).toBeNull();
  expect(medianOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(medianOf([NaN])).toBeNull();
});

test('the same arrivals come for every approach: so many contacts a round, each with its messages', () => {
  const talk = { contacts: 100, intervalMs: 1_000, rounds: 3, activeShare: 0.05, messages: 2, seed: 1 };
  const arrivals = planArrivals(talk);
  expect(arrivals).toEqual(planArrivals(talk));
  expect(arrivals).not.toEqual(planArrivals({ ...talk, seed: 2 }));
  expect(arrivals).toHaveLength(30);
  const oneRound = planArrivals({ ...talk, rounds: 1 });
  expect(new Set(oneRound.map(({ contact }) => contact)).size).toBe(5);
});

test('what runs without contacts, an idle round and an active one are told apart', () => {
  const base = { seconds: 10, times: { worker: 100 }, contactRounds: 0, activeContactRounds: 0 };
  const idle = { seconds: 20, times: { worker: 200 + 300 }, contactRounds: 100, activeContactRounds: 0 };
  const active = {
    seconds: 20,
    times: { worker: 200 + 300 + 80 },
    contactRounds: 100,
    activeContactRounds: 8,
  };
  const costs = separateCosts(base, idle, active);
  expect(costs).toEqual({ basePerSecond: { worker: 10 }, idle: { worker: 3 }, active: { worker: 10 } });
  const cores = coresFor(costs, { contacts: 1_000, intervalMs: 10_000, activeShare: 0.5 });
  expect(cores).toBeCloseTo(0.01 + (100 * (3 + 5)) / 1_000);
});

const tried = (contacts: number, cpuShare: number, isKept = true) => ({ contacts, cpuShare, isKept });

test('more contacts are tried by what fewer took of the processors, up to ten times as many', () => {
  expect(nextContacts([tried(300, 0.23)], 0.7)).toBe(840);
  expect(nextContacts([tried(300, 0.01)], 0.7)).toBe(3_000);
  expect(nextContacts([tried(300, 0.23), tried(840, 0.66)], 0.7)).toBe(907);
});

test('between the most that were kept and the fewest that were not, the middle is tried until they are near', () => {
  expect(nextContacts([tried(400, 0.4), tried(800, 0.8, false)], 0.7)).toBe(600);
  expect(nextContacts([tried(800, 0.66), tried(850, 0.72, false)], 0.7)).toBeNull();
  expect(nextContacts([tried(300, 0.9, false)], 0.7)).toBe(150);
  expect(nextContacts([tried(300, 0.9, false), tried(75, 0.9, false)], 0.7)).toBeNull();
});
