/** Cloud plans differ in how fast the request bucket empties; `enterprise` is LICENSE_FAMILY `ent`. */
export type Plan = 'standard' | 'enterprise';

/**
 * The knowledge that all processes share of one portal's limits. Plain JSON without dots in keys, so any store can hold
 * it. Times are our machines' clocks in ms, which may differ by some seconds.
 */
export interface BudgetState {
  plan: Plan;
  /** When the portal last answered which plan it has; absent before the first time. */
  planAskedAtMs?: number | undefined;
  /** The leaky bucket: how full it was at `atMs`. */
  requests: { level: number; atMs: number };
  /** Answers of 503 since the last good one, and until when nothing may be sent because of them. */
  refusedInARow: number;
  closedUntilMs: number;
  /** Self-hosted portals without the limiter leave out `operating`: then method time is not limited. */
  reportsOperating: 'unknown' | 'yes' | 'no';
  methods: MethodBudget[];
  reservations: Reservation[];
  /** Keeps the portal as a whole from working; absent while it works. */
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
  /** The portal's own time of the newest answer with its count; absent before the first. */
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

/** Why a portal as a whole does not work. */
export type OutageKind = 'unreachable' | 'unanswered' | 'reauthorise' | 'askAdmin' | 'blocked' | 'gone';

/** A portal that does not work, as all processes know it. */
export interface Outage {
  kind: OutageKind;
  code: string;
  /** The remedy, a sentence for its administrator, for `askAdmin`. */
  advice: string;
  /** Which credentials it was met with. */
  credentials: string;
  /** Tries that failed, one after the other. */
  failures: number;
  /** A try is under way. */
  isProbing: boolean;
  /** Nothing is sent before, unless a person asks. */
  untilMs: number;
  /** When the portal stopped working; absent where an older version noted it. */
  sinceMs?: number | undefined;
  /** When the last try began; absent before the first. */
  probedAtMs?: number | undefined;
}

/** Bitrix24's window is ten baskets of a minute; the eleventh covers baskets that start at another second than ours. */
export const KEPT_BASKETS = 11;
export const MINUTE_MS = 60_000;
/** Clocks of two machines may differ this much; a stamp further ahead is a broken clock and is read as now. */
const SKEW_MS = 15_000;

const FREED_PER_SECOND: Record<Plan, number> = { standard: 2, enterprise: 5 };
export const BURST: Record<Plan, number> = { standard: 50, enterprise: 250 };

export const createBudget = (nowMs: number): BudgetState => ({
  plan: 'standard',
  requests: { level: 0, atMs: nowMs },
  refusedInARow: 0,
  closedUntilMs: 0,
  reportsOperating: 'unknown',
  methods: [],
  reservations: [],
});

/** The state as of now: requests freed, old baskets and forgotten reservations dropped. Never turns a stamp back. */
export function advance(state: BudgetState, nowMs: number): BudgetState {
  const { level, atMs } = state.requests;
  const stampMs = atMs > nowMs + SKEW_MS ? nowMs : atMs;
  const freed = (Math.max(0, nowMs - stampMs) / 1000) * FREED_PER_SECOND[state.plan];
  const oldestMs = toMinute(nowMs) - (KEPT_BASKETS - 1) * MINUTE_MS;
  return {
    ...state,
    requests: { level: Math.max(0, level - freed), atMs: Math.max(stampMs, nowMs) },
    methods: state.methods.map((budget) => ({
      ...budget,
      baskets: budget.baskets.filter(({ minuteMs }) => minuteMs >= oldestMs),
    })),
    reservations: state.reservations.filter(({ untilMs }) => untilMs > nowMs),
  };
}

export const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

/** How long until the request bucket is down to `line`. */
export const requestsFreeInMs = (state: BudgetState, line: number): number =>
  Math.ceil((Math.max(0, state.requests.level - line) / FREED_PER_SECOND[state.plan]) * 1000);
