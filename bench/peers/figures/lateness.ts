import { spreadOf, type Spread } from './quantiles';

/** A look whether something waits for a contact; `all`: one look for all contacts at once. */
export interface Check {
  contact: number | 'all';
  atMs: number;
}

/** Each contact is due once an interval, at a moment of its own: the contacts are spread evenly over the interval. */
export interface PhaseGrid {
  /** When the first contact is due first. */
  firstMs: number;
  intervalMs: number;
  contacts: number;
}

export const firstDueMs = ({ firstMs, intervalMs, contacts }: PhaseGrid, contact: number): number =>
  firstMs + Math.floor((contact / contacts) * intervalMs);

/** How late checks were, in ms, and how many contact-rounds had none of their own. */
export interface Lateness extends Spread {
  due: number;
  /** Due, and no check before the next one was due: those are late, too. */
  missed: number;
}

/** A check that comes so much of an interval too early still counts as this round's: timers and sweeps are not exact. */
const earlyShare = 0.1;

/** Due moments of one contact within the window: each is served by the first check after it; none so far: it is late until now. */
function latenessOf(due: readonly number[], checks: readonly number[], intervalMs: number, untilMs: number) {
  let next = 0;
  return due.map((dueMs) => {
    while (next < checks.length && (checks[next] ?? 0) < dueMs - intervalMs * earlyShare) next += 1;
    return Math.max(0, (checks[next] ?? untilMs) - dueMs);
  });
}

/**
 * Open-loop: what is due is known beforehand, so that a check that never came counts as much as one that came late. A sweep for all
 * contacts has one grid for all, from its own first time on.
 */
export function measureLateness(
  grid: PhaseGrid,
  checks: readonly Check[],
  [fromMs, untilMs]: readonly [number, number],
): Lateness | null {
  const sweeps = checks.filter(({ contact }) => contact === 'all').map(({ atMs }) => atMs);
  const rows = new Map<number, number[]>();
  for (const { contact, atMs } of checks)
    if (contact !== 'all') rows.set(contact, [...(rows.get(contact) ?? []), atMs]);
  const late = (firstMs: number, seen: readonly number[]) => {
    const rounds = Math.ceil((fromMs - firstMs) / grid.intervalMs);
    const due: number[] = [];
    // The last half round is left out: it has not had its time yet.
    for (
      let at = firstMs + rounds * grid.intervalMs;
      at < untilMs - grid.intervalMs / 2;
      at += grid.intervalMs
    )
      due.push(at);
    return latenessOf(due, seen, grid.intervalMs, untilMs);
  };
  const [firstSweep] = sweeps;
  const all =
    firstSweep === undefined
      ? Array.from({ length: grid.contacts }, (_, contact) => contact).flatMap((contact) =>
          late(
            firstDueMs(grid, contact),
            (rows.get(contact) ?? []).sort((a, b) => a - b),
          ),
        )
      : late(firstSweep, sweeps);
  const spread = spreadOf(all);
  if (!spread) return null;
  return { ...spread, due: all.length, missed: all.filter((ms) => ms >= grid.intervalMs).length };
}
