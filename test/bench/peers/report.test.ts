import type { Costs } from '../../../bench/peers/figures/costs';
import { toPicture } from '../../../bench/peers/figures/plot';
import {
  toCoresTable,
  toKillTable,
  toStepsTable,
  toTable,
  type Outcome,
} from '../../../bench/peers/figures/table';
import type { RunResult } from '../../../bench/peers/run';

const costs: Costs = {
  basePerSecond: { worker: 10 },
  idle: { worker: 2, Redis: 1 },
  active: { worker: 20, Redis: 4 },
};
const measuredOf = (redisMs: number): RunResult['measured'][number] => ({
  costs: { ...costs, idle: { worker: 2, Redis: redisMs } },
  freshness: { p50: 5_000, p99: 9_000, max: 9_500 },
  ...{ activeRounds: 10, requests: 4, fill: 5, refusals: 0 },
});
const run = (...redisMs: number[]): RunResult => ({
  ...{ said: 40, lost: 1, doubled: 0, outOfOrder: 0, comments: 20 },
  measured: redisMs.map(measuredOf),
  idleLateness: null,
  activeLateness: { p50: 10, p99: 1_500, max: 2_000, due: 100, missed: 3 },
  ...{ memoryPer10kMb: 50, memoryMb: 120, setUpSeconds: 2, stillWaiting: 0 },
});
const outcome = (life: RunResult | null, missing: string | null = null): Outcome => ({
  ...{ name: 'a queue', durability: 'the last second', run: life, missing },
});

test('an approach has a column: its costs by process, the medians of its stretches with their ends', () => {
  const table = toTable([outcome(run(0, 4, 1))]);
  expect(table).toContain('| CPU-ms an idle contact-round | **3 (2 to 6)**: worker 2, Redis 1 |');
  expect(table).toContain('| active rounds measured | 30 |');
  expect(table).toContain('| late while idle p50 / p99 / max, s | none seen |');
  expect(table).toContain('| late while active p50 / p99 / max, s | 0.010 / 1.5 / 2 |');
  expect(table).toContain('| rounds missed | 3 |');
  expect(table).toContain('| 40; 1, 0, 0 |');
  expect(table).toContain('| the last second |');
});

test('an approach that cannot be had is said to be missing', () => {
  const [head = '', , first = '', ...rest] = toTable([
    outcome(null, 'no redis-server'),
    outcome(run(1)),
  ]).split('\n');
  expect(first).toContain('| missing: no redis-server | **3**');
  const widths = [first, ...rest].map((row) => row.split('|').length);
  expect(widths).toEqual(widths.map(() => head.split('|').length));
});

test('what a kill left is told by approach', () => {
  const after = {
    ...{ said: 60, lost: 0, doubled: 4, outOfOrder: 0, comments: 62 },
    ...{ isInTheMiddle: true, allThereMs: null },
  };
  const lines = toKillTable([
    { name: 'a queue', after, missing: null },
    { name: 'another', after: null, missing: 'no redis-server' },
  ]).split('\n');
  expect(lines[2]).toBe('| a queue | 60 | 0 | 4 | 0 | not within 180 | comments under way |');
  expect(lines[3]).toBe('| another | missing: no redis-server |  |  |  |  |  |');
});

test('cores are reckoned for a check every three minutes', () => {
  // 10 ms a second, and 10,000 / 180 rounds a second of 3 + 24 × 2 % ms.
  expect(toCoresTable([outcome(run(1))], 0.02)).toContain('| a queue | 0.029 | 0.20 | 0.59 | 1.9 |');
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
  const step = {
    ...{ contacts: 2_000, roundsPerSecond: 33.3, cpuShare: 0.81, lateness, isKept: false },
    cpuMs: { worker: 2.5, store: 1 },
  };
  expect(toStepsTable([{ name: 'a queue', steps: [step] }])).toContain(
    '| a queue | 2,000 | 33.3 | 3.5: worker 2.5, store 1 | 81 % | 6 | no |',
  );
});
