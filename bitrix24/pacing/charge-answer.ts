import type { TimeBlock } from '../rest/answer';
import { BURST, type BudgetState, type MethodBudget, toMinute } from './budget-state';
import { charge, estimateMs, free, usedMs, withMethod } from './method-time';
import type { WaitUntilError } from '../errors';

/** The times in the portal's answer. `time` null: that command had none. */
export interface UsageReport {
  envelope: TimeBlock | null;
  commands: readonly { method: string; time: TimeBlock | null }[];
}

const AVERAGE_WEIGHT = 0.3;
/** Above this the batches are small enough for any portal that still answers. */
const SLOWEST_ESTIMATE_MS = 2_000;

const reservationOf = (state: BudgetState, id: string) => state.reservations.find((held) => held.id === id);

/** Gives back a request that was certainly not sent. */
export function refund(state: BudgetState, id: string): BudgetState {
  const level = Math.max(0, state.requests.level - (reservationOf(state, id)?.requests ?? 0));
  return uncharge({ ...state, requests: { ...state.requests, level } }, id);
}

/** Takes back a reservation's estimates; the request itself stays counted. */
export function uncharge(state: BudgetState, id: string): BudgetState {
  const reservation = reservationOf(state, id);
  if (!reservation) return state;
  const rest = { ...state, reservations: state.reservations.filter((held) => held.id !== id) };
  return reservation.charges.reduce(
    (next, { method, estimateMs: estimate }) =>
      withMethod(next, method, (budget) => charge(budget, reservation.minuteMs, -estimate)),
    rest,
  );
}

/**
 * The portal worked on a request for as long as it may and gave it up: its commands are slower than was thought. Batches get
 * smaller, else the same one would be given up again and again. The next answers correct it.
 */
export function noteTooSlow(state: BudgetState, id: string): BudgetState {
  const charges = reservationOf(state, id)?.charges ?? [];
  return charges.reduce((next, { method }) => {
    if (method === 'batch') return next;
    const slowerMs = Math.min(SLOWEST_ESTIMATE_MS, 2 * estimateMs(next, method));
    return withMethod(next, method, (budget) => ({
      ...budget,
      averageMs: Math.max(budget.averageMs, slowerMs),
    }));
  }, state);
}

/** Replaces a request's estimate by the times in its answer, then follows the portal's own count where it gives it. */
export function chargeAnswer(
  state: BudgetState,
  id: string,
  report: UsageReport,
  nowMs: number,
): BudgetState {
  const { envelope, commands } = report;
  const reservation = reservationOf(state, id);
  const minuteMs = reservation?.minuteMs ?? toMinute(nowMs);
  let next: BudgetState = {
    ...uncharge(state, id),
    refusedInARow: 0,
    reportsOperating: reportsOperating(state, report),
  };
  let totalMs = 0;
  for (const method of new Set(commands.map((command) => command.method))) {
    const times = commands.filter((command) => command.method === method).map(({ time }) => time);
    const spentMs = times.reduce((sum, time) => sum + (time?.durationMs ?? estimateMs(state, method)), 0);
    totalMs += spentMs;
    next = withMethod(next, method, (budget) => charge(averaged(budget, times), minuteMs, spentMs));
    next = follow(next, method, times, envelope, nowMs);
  }
  if (!reservation?.charges.some(({ method }) => method === 'batch')) return next;
  next = withMethod(next, 'batch', (budget) => charge(budget, minuteMs, totalMs));
  return follow(next, 'batch', [envelope], envelope, nowMs);
}

/** Remembers that the portal itself said wait, in spite of our pacing: others use the same portal or address. */
export function obey(state: BudgetState, error: WaitUntilError, method: string, nowMs: number): BudgetState {
  if (error.scope === 'method') {
    return withMethod(state, method, (budget) => ({
      ...budget,
      blockedUntilMs: Math.max(budget.resetAtMs, nowMs + error.retryAfterMs),
    }));
  }
  const backoffMs = Math.min(8_000, 1_000 * 2 ** state.refusedInARow);
  return {
    ...state,
    refusedInARow: state.refusedInARow + 1,
    closedUntilMs: nowMs + Math.max(backoffMs, error.retryAfterMs),
    requests: { ...state.requests, level: Math.max(state.requests.level, BURST[state.plan]) },
  };
}

/**
 * Corrects our count to the portal's, leaving room for what is still under way and may or may not be in it. Answers reach us
 * in another order than the portal gave them: an older one knows nothing of what a newer one was charged, and gives nothing back.
 */
function follow(
  state: BudgetState,
  method: string,
  times: readonly (TimeBlock | null)[],
  envelope: TimeBlock | null,
  nowMs: number,
): BudgetState {
  const last = times.filter((time) => time !== null && time.operatingMs !== null).at(-1);
  if (!last || last.operatingMs === null) return state;
  const { operatingMs, operatingResetAtMs, finishMs } = last;
  const portalNowMs = envelope?.finishMs ?? finishMs ?? nowMs;
  const resetAtMs = operatingResetAtMs === null ? 0 : nowMs + Math.max(0, operatingResetAtMs - portalNowMs);
  const underWayMs = state.reservations
    .flatMap(({ charges }) => charges)
    .filter((held) => held.method === method)
    .reduce((sum, held) => sum + held.estimateMs, 0);
  const toldAtMs = finishMs ?? envelope?.finishMs ?? null;
  return withMethod(state, method, (old) => {
    const countedMs = usedMs(old);
    const isOutdated = toldAtMs !== null && toldAtMs <= (old.toldAtMs ?? 0);
    const budget = isOutdated ? old : { ...old, resetAtMs, toldAtMs: toldAtMs ?? old.toldAtMs };
    if (operatingMs > countedMs) return charge(budget, toMinute(nowMs), operatingMs - countedMs);
    return isOutdated ? budget : free(budget, Math.max(0, countedMs - underWayMs - operatingMs));
  });
}

function averaged(budget: MethodBudget, times: readonly (TimeBlock | null)[]): MethodBudget {
  const durations = times.flatMap((time) => time?.durationMs ?? []);
  if (durations.length === 0) return budget;
  const meanMs = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
  const averageMs =
    budget.averageMs > 0 ? budget.averageMs + AVERAGE_WEIGHT * (meanMs - budget.averageMs) : meanMs;
  return { ...budget, averageMs: Math.max(1, averageMs) };
}

function reportsOperating({ reportsOperating: known }: BudgetState, report: UsageReport) {
  const times = [report.envelope, ...report.commands.map(({ time }) => time)];
  return known === 'yes' || times.some((time) => time?.operatingMs != null) ? 'yes' : 'no';
}
