import type { Costs } from '../../../bench/peers/figures/costs';
import { toPicture } from '../../../bench/peers/figures/plot';
import { toCoresTable, toStepsTable, toTable, type Outcome } from '../../../bench/peers/figures/table';
import type { RunResult } from '../../../bench/peers/run';

const costs: Costs = {
  basePerSecond: { worker: 10 },
  idle: { worker: 2, Redis: 1 },
  active: { worker: 20, Redis: 4 },
};
const run = (lost: number): RunResult => ({
  ...{ said: 40, lost, doubled: 0, outOfOrder: 0, comments: 20, costs },
  idleLateness: null,
  activeLateness: { p50: 10, p99: 1_500, max: 2_000, due: 100, missed: 0 },
  freshness: { p50: 5_000, p99: 9_000, max: 9_500 },
  ...{ memoryPer10kMb: 50, memoryMb: 120, setUpSeconds: 2, requests: 4, fill: 5, refusals: 0 },
  stillWaiting: 0,
  afterKill: { kills: 1, inTheMiddle: 1, allThereMs: [null] },
});
const outcome = (runs: RunResult[], missing: string | null = null): Outcome => ({
  ...{ name: 'a queue', durability: 'the last second', runs, missing },
});

test('an approach has a column: its costs by process, its runs with their ends', () => {
  const table = toTable([outcome([run(0), run(2), run(1)])]);
  expect(table).toContain('| **3 (3 to 3)**: worker 2 (2 to 2), Redis 1 (1 to 1) |');
  expect(table).toContain('| 40 (40 to 40); 1 (0 to 2), 0 (0 to 0), 0 (0 to 0) |');
  expect(table).toContain('| not within 240 (1 of 1 while a comment was under way); not within 240');
  expect(table).toContain('| the last second |');
});

test('an approach that cannot be had is said to be missing', () => {
  const [head = '', , first = '', ...rest] = toTable([
    outcome([], 'no redis-server'),
    outcome([run(0)]),
  ]).split('\n');
  expect(first).toContain('| missing: no redis-server | **3**');
  const widths = [first, ...rest].map((row) => row.split('|').length);
  expect(widths).toEqual(widths.map(() => head.split('|').length));
});

test('cores are reckoned for a check every three minutes', () => {
  // 10 ms a second, and 10,000 / 180 rounds a second of 3 + 24 × 2 % ms.
  expect(toCoresTable([outcome([run(0)])], 0.02)).toContain('| a queue | 0.029 | 0.20 | 0.59 | 1.9 |');
});

test('the picture has a line and a name for each approach, within its frame', () => {
  const picture = toPicture([{ name: 'a <queue>', costs }], 0.02);
  expect(picture.match(/<polyline/g)).toHaveLength(1);
  expect(picture).toContain('a &lt;queue>');
  const points = /points="([^"]*)"/.exec(picture)?.[1]?.split(' ') ?? [];
  const rising = points.map((point) => Number(point.split(',')[1]));
  expect(rising).toEqual([...rising].sort((a, b) => b - a));
});

test('steps show what was kept', () => {
  const lateness = { p50: 0, p99: 6_000, max: 7_000, due: 10, missed: 0 };
  const step = { contacts: 2_000, roundsPerSecond: 33.3, cpuShare: 0.81, lateness, isKept: false };
  expect(toStepsTable([{ name: 'a queue', steps: [step] }])).toContain(
    '| a queue | 2,000 | 33.3 | 81 % | 6 | no |',
  );
});
