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
  /** A contact's own place, where the approach chooses it: a moment at which it is due. */
  placeOf?: (contact: number) => number;
}

export const firstDueMs = ({ firstMs, intervalMs, contacts, placeOf }: PhaseGrid, contact: number): number =>
  placeOf?.(contact) ?? firstMs + Math.floor((contact / contacts) * intervalMs);

/** Time to start so many workflows before the first is due, fifty a second. */
export const workflowLeadMs = (contacts: number): number => 2_000 + contacts * 20;

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

/** How many looks at a contact there were; a sweep looks at all. */
export const countRounds = (
  { contacts }: PhaseGrid,
  checks: readonly Check[],
  [fromMs, untilMs]: readonly [number, number],
): number =>
  checks
    .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
    .reduce((sum, { contact }) => sum + (contact === 'all' ? contacts : 1), 0);

/** The moments of the checks, by contact, in their order. */
function byContact(checks: readonly Check[]): Map<Check['contact'], number[]> {
  const rows = new Map<Check['contact'], number[]>();
  for (const { contact, atMs } of [...checks].sort((a, b) => a.atMs - b.atMs)) {
    const row = rows.get(contact);
    if (row) row.push(atMs);
    else rows.set(contact, [atMs]);
  }
  return rows;
}

/** What is due from one moment on, an interval apart, within the window; its last half round has not had its time yet. */
function dueWithin(
  firstMs: number,
  intervalMs: number,
  [fromMs, untilMs]: readonly [number, number],
): number[] {
  const rounds = Math.max(0, Math.ceil((fromMs - firstMs) / intervalMs));
  const due: number[] = [];
  for (let at = firstMs + rounds * intervalMs; at < untilMs - intervalMs / 2; at += intervalMs) due.push(at);
  return due;
}

/**
 * Open-loop: what is due is known beforehand, so that a check that never came counts as much as one that came late. A sweep for all
 * contacts has one grid for all, from its own first time in the window on.
 */
export function measureLateness(
  grid: PhaseGrid,
  checks: readonly Check[],
  window: readonly [number, number],
): Lateness | null {
  const { intervalMs, contacts } = grid;
  const [fromMs, untilMs] = window;
  const rows = byContact(checks);
  const late = (seen: readonly number[], firstMs: number) => {
    const within = seen.filter((atMs) => atMs >= fromMs - intervalMs * earlyShare);
    return latenessOf(dueWithin(firstMs, intervalMs, window), within, intervalMs, untilMs);
  };
  const lateOf = (contact: number) => late(rows.get(contact) ?? [], firstDueMs(grid, contact));
  const sweeps = rows.get('all');
  const all = sweeps
    ? late(sweeps, sweeps.find((atMs) => atMs >= fromMs) ?? fromMs)
    : Array.from({ length: contacts }, (_, contact) => lateOf(contact)).flat();
  const spread = spreadOf(all);
  if (!spread) return null;
  return { ...spread, due: all.length, missed: all.filter((ms) => ms >= intervalMs).length };
}
