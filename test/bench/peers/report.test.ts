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
  afterKill: { kills: 1, inTheMiddle: 1, allThereMs: [null] },
});
const outcome = (runs: RunResult[], missing: string | null = null): Outcome => ({
  ...{ name: 'a queue', durability: 'the last second', runs, missing },
});

test('an approach has a row with its costs by process, and its runs with their ends', () => {
  const [, , row = ''] = toTable([outcome([run(0), run(2), run(1)])]).split('\n');
  expect(row).toContain('**3.0 (3.0 to 3.0)**: worker 2.0 (2.0 to 2.0), Redis 1.0 (1.0 to 1.0)');
  expect(row).toContain('1.0 (0 to 2.0)');
  expect(row).toContain('not within 240 (1 of 1 while a comment was under way)');
  expect(row).toContain('the last second');
});

test('an approach that cannot be had is said to be missing', () => {
  const [head = '', , row = ''] = toTable([outcome([], 'no redis-server')]).split('\n');
  expect(row).toContain('| a queue | missing: no redis-server |');
  expect(row.split('|')).toHaveLength(head.split('|').length);
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
    '| a queue | 2,000 | 33.3 | 81 % | 6.0 | no |',
  );
});
