import type { KillOutcome } from '../kill';
import type { Measured, RunResult } from '../run';
import type { Step } from '../steps';
import { coresFor, sumOf, type Costs, type PartTimes } from './costs';
import type { Lateness } from './lateness';
import { medianOf, type Spread } from './quantiles';

/** What became of an approach: what its life showed, or why there was none. */
export interface Outcome {
  name: string;
  durability: string;
  run: RunResult | null;
  missing: string | null;
}

function digits(value: number): string {
  if (Number.isInteger(value) || value >= 100) return String(Math.round(value));
  if (value >= 1) return value.toFixed(1);
  return value.toFixed(value >= 0.1 ? 2 : 3);
}

type Reading = number | null | undefined;

/** The median of the stretches, with the least and the most where they differ. */
function cell({ measured }: RunResult, of: (one: Measured) => Reading): string {
  const median = medianOf(measured.map((one) => of(one) ?? NaN));
  if (!median) return 'none';
  const [low, high] = [digits(median.min), digits(median.max)];
  return low === high ? low : `${digits(median.median)} (${low} to ${high})`;
}

const single = (value: Reading): string => (typeof value === 'number' ? digits(value) : 'too few');

const seconds = (spread: Spread | null, which: keyof Spread) => (spread ? spread[which] / 1000 : null);

/** By part: `worker 3.1, Temporal 8.0`. */
const partsOf = (times: PartTimes): string =>
  Object.entries(times)
    .map(([part, ms]) => `${part} ${digits(ms)}`)
    .join(', ');

const spreadCells = (run: RunResult, of: (one: Measured) => Spread | null): string =>
  (['p50', 'p99', 'max'] as const).map((which) => cell(run, (one) => seconds(of(one), which))).join(' / ');

const secondsOf = (spread: Spread | null): string =>
  spread ? [spread.p50, spread.p99, spread.max].map((ms) => digits(ms / 1000)).join(' / ') : 'none seen';

const missedOf = (...all: readonly (Lateness | null)[]): string =>
  digits(all.reduce((sum, lateness) => sum + (lateness?.missed ?? 0), 0));

const sumActive = ({ measured }: RunResult): number =>
  measured.reduce((sum, { activeRounds }) => sum + activeRounds, 0);

/** The middle of the stretches for each part by itself. */
export function medianCosts({ measured }: RunResult): Costs {
  const middle = (kind: keyof Costs) =>
    Object.fromEntries(
      Object.keys(measured[0]?.costs[kind] ?? {}).map((part) => [
        part,
        medianOf(measured.map(({ costs }) => costs[kind][part] ?? NaN))?.median ?? 0,
      ]),
    );
  return { basePerSecond: middle('basePerSecond'), idle: middle('idle'), active: middle('active') };
}

const measures: readonly (readonly [string, (run: RunResult, outcome: Outcome) => string])[] = [
  [
    'CPU-ms an idle contact-round',
    (run) => `**${cell(run, ({ costs }) => sumOf(costs.idle))}**: ${partsOf(medianCosts(run).idle)}`,
  ],
  [
    'more for an active one',
    (run) => `**${cell(run, ({ costs }) => sumOf(costs.active))}**: ${partsOf(medianCosts(run).active)}`,
  ],
  ['active rounds measured', (run) => digits(sumActive(run))],
  ['CPU-ms a second without contacts', (run) => cell(run, ({ costs }) => sumOf(costs.basePerSecond))],
  ['late while idle p50 / p99 / max, s', ({ idleLateness }) => secondsOf(idleLateness)],
  ['late while active p50 / p99 / max, s', ({ activeLateness }) => secondsOf(activeLateness)],
  ['rounds missed', ({ idleLateness, activeLateness }) => missedOf(idleLateness, activeLateness)],
  ['fresh p50 / p99 / max, s', (run) => spreadCells(run, ({ freshness }) => freshness)],
  ['MB of worker and own servers', ({ memoryMb }) => digits(memoryMb)],
  ['MB more for 10,000', ({ memoryPer10kMb: more }) => single(more === null ? null : Math.max(0, more))],
  ['requests a stretch', (run) => cell(run, ({ requests }) => requests)],
  ['comments a request with comments', (run) => cell(run, ({ fill }) => fill)],
  ['503 / 429', (run) => cell(run, ({ refusals }) => refusals)],
  ['set up, s', ({ setUpSeconds }) => digits(setUpSeconds)],
  [
    'messages; lost, doubled, out of order',
    ({ said, lost, doubled, outOfOrder }) => `${said}; ${lost}, ${doubled}, ${outOfOrder}`,
  ],
  ['still on their way in the end', ({ stillWaiting }) => digits(stillWaiting)],
  ['a power cut may take', (_, { durability }) => durability],
];

const toRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** One column an approach, one row a measure. */
export function toTable(outcomes: readonly Outcome[]): string {
  const columns = outcomes.map((outcome) => {
    const { run, missing } = outcome;
    if (run) return measures.map(([, of]) => of(run, outcome));
    return [`missing: ${missing ?? 'no run'}`, ...measures.slice(1).map(() => '')];
  });
  const head = ['', ...outcomes.map(({ name }) => name)];
  const rows = measures.map(([title], index) => [title, ...columns.map((column) => column[index] ?? '')]);
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}

/** Cores kept busy by so many contacts with a check every three minutes, reckoned from the costs. */
export function toCoresTable(outcomes: readonly Outcome[], activeShare: number): string {
  const counts = [1_000, 10_000, 30_000, 100_000];
  const rows = outcomes.flatMap(({ name, run }) => {
    if (!run) return [];
    const costs = medianCosts(run);
    const cores = (contacts: number) => coresFor(costs, { contacts, intervalMs: 180_000, activeShare });
    return [[name, ...counts.map((contacts) => digits(cores(contacts)))]];
  });
  const head = ['cores, reckoned', ...counts.map((count) => count.toLocaleString('en'))];
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}

/** Rising numbers of contacts by approach, and the most that was kept. */
export function toStepsTable(climbs: readonly { name: string; steps: readonly Step[] }[]): string {
  const head = [
    'approach',
    'contacts',
    'rounds a second',
    'CPU-ms a round',
    'of the processors',
    'late p99, s',
    'kept',
  ];
  const rows = climbs.flatMap(({ name, steps }) =>
    steps.map(({ contacts, roundsPerSecond, cpuMs, cpuShare, lateness, isKept }) => [
      ...[name, contacts.toLocaleString('en'), digits(roundsPerSecond)],
      ...[`${digits(sumOf(cpuMs))}: ${partsOf(cpuMs)}`, `${Math.round(cpuShare * 100)} %`],
      ...[lateness ? digits(lateness.p99 / 1000) : 'none', isKept ? 'yes' : 'no'],
    ]),
  );
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}

/** After a SIGKILL in the middle of comments. */
export function toKillTable(outcomes: readonly KillOutcome[]): string {
  const head = ['way', 'messages', 'lost', 'doubled', 'out of order', 'all there and known, s', 'hit'];
  const rows = outcomes.map(({ name, after, missing }) => {
    if (!after) return [name, `missing: ${missing ?? 'no run'}`, ...head.slice(2).map(() => '')];
    const { said, lost, doubled, outOfOrder, allThereMs, isInTheMiddle } = after;
    const until = allThereMs === null ? 'not within 180' : digits(Math.round(allThereMs / 1000));
    const hit = isInTheMiddle ? 'comments under way' : 'nothing under way';
    return [name, ...[said, lost, doubled, outOfOrder].map(digits), until, hit];
  });
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}
