import { coresFor, sumOf } from './costs';
import { medianOf, type Spread } from './quantiles';
import type { RunResult } from '../run';
import type { Step } from '../steps';

/** What became of an approach: its runs, or why there are none. */
export interface Outcome {
  name: string;
  durability: string;
  runs: RunResult[];
  missing: string | null;
}

function digits(value: number): string {
  if (Number.isInteger(value) || value >= 100) return String(Math.round(value));
  if (value >= 1) return value.toFixed(1);
  return value.toFixed(value >= 0.1 ? 2 : 3);
}

/** The median of the runs, with the least and the most where there were several. */
function cell(runs: readonly RunResult[], of: (run: RunResult) => number | null | undefined): string {
  const median = medianOf(runs.map((run) => of(run) ?? NaN));
  if (!median) return 'none';
  if (runs.length === 1) return digits(median.median);
  return `${digits(median.median)} (${digits(median.min)} to ${digits(median.max)})`;
}

const seconds = (spread: Spread | null, which: keyof Spread) => (spread ? spread[which] / 1000 : null);

/** By part, the largest first: `worker 3.1, Temporal 8.0`. */
function byPart(runs: readonly RunResult[], kind: 'idle' | 'active'): string {
  const parts = Object.keys(runs[0]?.costs[kind] ?? {});
  return parts.map((part) => `${part} ${cell(runs, ({ costs }) => costs[kind][part])}`).join(', ');
}

const spreadCells = (runs: readonly RunResult[], of: (run: RunResult) => Spread | null): string =>
  (['p50', 'p99', 'max'] as const).map((which) => cell(runs, (run) => seconds(of(run), which))).join(' / ');

const measures: readonly (readonly [string, (runs: readonly RunResult[], outcome: Outcome) => string])[] = [
  [
    'CPU-ms an idle contact-round',
    (runs) => `**${cell(runs, ({ costs }) => sumOf(costs.idle))}**: ${byPart(runs, 'idle')}`,
  ],
  [
    'more for an active one',
    (runs) => `**${cell(runs, ({ costs }) => sumOf(costs.active))}**: ${byPart(runs, 'active')}`,
  ],
  ['CPU-ms a second without contacts', (runs) => cell(runs, ({ costs }) => sumOf(costs.basePerSecond))],
  ['late p50 / p99 / max, s', (runs) => spreadCells(runs, ({ activeLateness }) => activeLateness)],
  ['rounds missed', (runs) => cell(runs, ({ activeLateness }) => activeLateness?.missed)],
  ['fresh p50 / p99 / max, s', (runs) => spreadCells(runs, ({ freshness }) => freshness)],
  ['MB of worker and own servers', (runs) => cell(runs, ({ memoryMb }) => memoryMb)],
  [
    'MB more for 10,000',
    (runs) => cell(runs, ({ memoryPer10kMb }) => memoryPer10kMb && Math.max(0, memoryPer10kMb)),
  ],
  [
    'requests, fill',
    (runs) => `${cell(runs, ({ requests }) => requests)}, ${cell(runs, ({ fill }) => fill)}`,
  ],
  ['503 / 429', (runs) => cell(runs, ({ refusals }) => refusals)],
  ['set up, s', (runs) => cell(runs, ({ setUpSeconds }) => setUpSeconds)],
  [
    'messages; lost, doubled, out of order',
    (runs) =>
      `${cell(runs, ({ said }) => said)}; ${(['lost', 'doubled', 'outOfOrder'] as const)
        .map((kind) => cell(runs, (run) => run[kind]))
        .join(', ')}`,
  ],
  ['still on their way in the end', (runs) => cell(runs, ({ stillWaiting }) => stillWaiting)],
  ['after a SIGKILL all there and known, s', (runs) => runs.map(toKill).join('; ')],
  ['a power cut may take', (_, { durability }) => durability],
];

function toKill({ afterKill }: RunResult): string {
  if (!afterKill) return 'not asked for';
  const times = afterKill.allThereMs.map((ms) =>
    ms === null ? 'not within 240' : String(Math.round(ms / 1000)),
  );
  return `${times.join(', ')} (${afterKill.inTheMiddle} of ${afterKill.kills} while a comment was under way)`;
}

const toRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** One column an approach, one row a measure. */
export function toTable(outcomes: readonly Outcome[]): string {
  const columns = outcomes.map((outcome) =>
    outcome.runs.length === 0
      ? [`missing: ${outcome.missing ?? 'no run'}`, ...measures.slice(1).map(() => '')]
      : measures.map(([, of]) => of(outcome.runs, outcome)),
  );
  const head = ['', ...outcomes.map(({ name }) => name)];
  const rows = measures.map(([title], index) => [title, ...columns.map((column) => column[index] ?? '')]);
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}

/** Cores kept busy by so many contacts with a check every three minutes, reckoned from the costs. */
export function toCoresTable(outcomes: readonly Outcome[], activeShare: number): string {
  const counts = [1_000, 10_000, 30_000, 100_000];
  const rows = outcomes
    .filter(({ runs }) => runs.length > 0)
    .map(({ name, runs }) => [
      name,
      ...counts.map((contacts) =>
        cell(runs, ({ costs }) => coresFor(costs, { contacts, intervalMs: 180_000, activeShare })),
      ),
    ]);
  const head = ['cores, reckoned', ...counts.map((count) => count.toLocaleString('en'))];
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}

/** Rising numbers of contacts by approach, and the most that was kept. */
export function toStepsTable(climbs: readonly { name: string; steps: readonly Step[] }[]): string {
  const head = ['approach', 'contacts', 'rounds a second', 'of the processors', 'late p99, s', 'kept'];
  const rows = climbs.flatMap(({ name, steps }) =>
    steps.map(({ contacts, roundsPerSecond, cpuShare, lateness, isKept }) => [
      ...[name, contacts.toLocaleString('en'), digits(roundsPerSecond), `${Math.round(cpuShare * 100)} %`],
      ...[lateness ? digits(lateness.p99 / 1000) : 'none', isKept ? 'yes' : 'no'],
    ]),
  );
  return [head, head.map(() => '---'), ...rows].map(toRow).join('\n');
}
