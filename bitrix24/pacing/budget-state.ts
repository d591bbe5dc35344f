import type { Outage } from './outage';

/** Cloud plans differ in how fast the request bucket drains; `enterprise` is LICENSE_FAMILY `ent`. */
export type Plan = 'standard' | 'enterprise';

/**
 * What all processes know together about one portal's limits. Plain JSON without dots in keys, so any store can hold
 * it. Times are our machines' clocks in ms, which may differ by some seconds.
 */
export interface BudgetState {
  plan: Plan;
  /** The leaky bucket: how full it was at `atMs`. */
  requests: { level: number; atMs: number };
  /** Answers of 503 since the last good one, and until when nothing may be sent because of them. */
  refusedInARow: number;
  closedUntilMs: number;
  /** Self-hosted portals without the limiter never tell `operating`: then method time is not limited. */
  reportsOperating: 'unknown' | 'yes' | 'no';
  methods: MethodBudget[];
  reservations: Reservation[];
  /** What keeps the portal as a whole from working; absent while it works. */
  outage?: Outage | null | undefined;
}

export interface MethodBudget {
  method: string;
  /** Time used, by the minute it was charged in. */
  baskets: { minuteMs: number; usedMs: number }[];
  /** Moving average of one command; 0 before the first. */
  averageMs: number;
  blockedUntilMs: number;
  /** When the portal gives the oldest part back, on our clock; 0 unknown. */
  resetAtMs: number;
  /** The portal's own time of the newest answer that told what was used; absent before the first. */
  toldAtMs?: number | undefined;
}

/** A request that is under way: charged by estimate, corrected by its answer, a plain charge if none comes. */
export interface Reservation {
  id: string;
  untilMs: number;
  minuteMs: number;
  requests: number;
  charges: { method: string; estimateMs: number }[];
}

export const MINUTE_MS = 60_000;
/** Bitrix24's window is ten baskets of a minute; the eleventh covers baskets that start at another second than ours. */
const KEPT_BASKETS = 11;
/** Clocks of two machines may differ this much; a stamp further ahead is a broken clock and is read as now. */
const SKEW_MS = 15_000;

const DRAIN_PER_SECOND: Record<Plan, number> = { standard: 2, enterprise: 5 };
export const BURST: Record<Plan, number> = { standard: 50, enterprise: 250 };

/** From the samples in Bitrix24's documentation; replaced by the portal's own times after the first answers. */
const FIRST_ESTIMATE_MS: Record<string, number> = {
  'crm.item.add': 1_200,
  'crm.item.update': 500,
  'crm.timeline.comment.add': 150,
};

export const createBudget = (nowMs: number): BudgetState => ({
  plan: 'standard',
  requests: { level: 0, atMs: nowMs },
  refusedInARow: 0,
  closedUntilMs: 0,
  reportsOperating: 'unknown',
  methods: [],
  reservations: [],
});

/** The state as of now: the bucket drained, old baskets and forgotten reservations dropped. Never turns a stamp back. */
export function advance(state: BudgetState, nowMs: number): BudgetState {
  const { level, atMs } = state.requests;
  const stampMs = atMs > nowMs + SKEW_MS ? nowMs : atMs;
  const drained = (Math.max(0, nowMs - stampMs) / 1000) * DRAIN_PER_SECOND[state.plan];
  const oldestMs = toMinute(nowMs) - (KEPT_BASKETS - 1) * MINUTE_MS;
  return {
    ...state,
    requests: { level: Math.max(0, level - drained), atMs: Math.max(stampMs, nowMs) },
    methods: state.methods.map((budget) => ({
      ...budget,
      baskets: budget.baskets.filter(({ minuteMs }) => minuteMs >= oldestMs),
    })),
    reservations: state.reservations.filter(({ untilMs }) => untilMs > nowMs),
  };
}

export const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

export const usedMs = (budget: MethodBudget | undefined): number =>
  budget ? budget.baskets.reduce((sum, { usedMs: used }) => sum + used, 0) : 0;

export const budgetOf = (state: BudgetState, method: string): MethodBudget | undefined =>
  state.methods.find((budget) => budget.method === method);

/** What one command of the method is expected to take at the portal. */
export function estimateMs(state: BudgetState, method: string): number {
  const average = budgetOf(state, method)?.averageMs ?? 0;
  return average > 0 ? average : (FIRST_ESTIMATE_MS[method] ?? 100);
}

/** How long until the request bucket is down to `line`. */
export const drainMs = (state: BudgetState, line: number): number =>
  Math.ceil((Math.max(0, state.requests.level - line) / DRAIN_PER_SECOND[state.plan]) * 1000);

/** How long until enough baskets have left for the method's use to be down to `lineMs`. */
export function releaseMs(budget: MethodBudget, lineMs: number, nowMs: number): number {
  let used = usedMs(budget);
  for (const basket of [...budget.baskets].sort((a, b) => a.minuteMs - b.minuteMs)) {
    if (used <= lineMs) break;
    used -= basket.usedMs;
    if (used <= lineMs) return Math.max(1, basket.minuteMs + KEPT_BASKETS * MINUTE_MS - nowMs);
  }
  return 1;
}

/** Replaces one method's budget, which is made when it is new. */
export function withMethod(
  state: BudgetState,
  method: string,
  change: (budget: MethodBudget) => MethodBudget,
): BudgetState {
  const old = budgetOf(state, method) ?? {
    method,
    baskets: [],
    averageMs: 0,
    blockedUntilMs: 0,
    resetAtMs: 0,
  };
  return { ...state, methods: [...state.methods.filter((budget) => budget.method !== method), change(old)] };
}

/** Adds to a minute's basket; what would fall below nothing is nothing. */
export function charge(budget: MethodBudget, minuteMs: number, ms: number): MethodBudget {
  const used = budget.baskets.find((basket) => basket.minuteMs === minuteMs)?.usedMs ?? 0;
  const rest = budget.baskets.filter((basket) => basket.minuteMs !== minuteMs);
  const total = Math.max(0, used + ms);
  return { ...budget, baskets: total > 0 ? [...rest, { minuteMs, usedMs: total }] : rest };
}

/** Takes time away, oldest first: the portal shows less than we counted when its oldest basket has left before ours. */
export function release(budget: MethodBudget, ms: number): MethodBudget {
  let left = ms;
  const baskets = [...budget.baskets]
    .sort((a, b) => a.minuteMs - b.minuteMs)
    .map((basket) => {
      const taken = Math.min(left, basket.usedMs);
      left -= taken;
      return { ...basket, usedMs: basket.usedMs - taken };
    });
  return { ...budget, baskets: baskets.filter(({ usedMs: used }) => used > 0) };
}
