import type { Lane } from '../../domain/link';
import {
  BURST,
  type BudgetState,
  type MethodBudget,
  requestsFreeInMs,
  type Reservation,
  toMinute,
} from './budget-state';
import {
  budgetOf,
  charge,
  estimateMs,
  methodFreeInMs,
  methodLineMs,
  usedMs,
  withMethod,
} from './method-time';
import type { WaitScope } from '../errors';

/** One HTTP request that is about to go out, with the methods of its commands. */
export interface PlannedRequest {
  id: string;
  lane: Lane;
  methods: readonly string[];
  /** In a batch the time is charged to the inner methods, to `batch`, or to both, depending on the portal. */
  batched: boolean;
  /** How long it keeps its place when it is never answered; its estimate is a plain charge from then on. */
  reservationMs: number;
}

export type Reserved =
  | { kind: 'reserved'; state: BudgetState }
  | { kind: 'wait'; waitMs: number; scope: WaitScope; method: string | undefined };

/** History leaves room, so that a live message never waits for it. */
const REQUEST_SHARE: Record<Lane, number> = { live: 0.9, history: 0.6 };
/**
 * When the portal has given time back, one request may ask how much, though our own count is still above the line:
 * its 10 s at most fit in the tenth that is always left free.
 */
const RESET_MARGIN_MS = 1_000;

/** Charges a request by estimate if that crosses no line, or says how long to wait. `state` is as of now. */
export function reserve(state: BudgetState, request: PlannedRequest, nowMs: number): Reserved {
  const { id, lane, reservationMs } = request;
  if (state.closedUntilMs > nowMs) return wait(state.closedUntilMs - nowMs, 'requests');
  const bucketMs = requestsFreeInMs(state, BURST[state.plan] * REQUEST_SHARE[lane] - 1);
  if (bucketMs > 0) return wait(bucketMs, 'requests');

  const charges = toCharges(state, request);
  const minuteMs = toMinute(nowMs);
  let charged = state;
  for (const { method, estimateMs: estimate } of charges) {
    const lineMs = Math.max(0, methodLineMs(lane) - estimate);
    const waitMs = methodWaitMs(state, method, lineMs, nowMs);
    if (waitMs > 0) return wait(waitMs, 'method', method);
    charged = withMethod(charged, method, (budget) =>
      withoutPastReset(charge(budget, minuteMs, estimate), nowMs),
    );
  }
  const reservation = { id, untilMs: nowMs + reservationMs, minuteMs, requests: 1, charges };
  return {
    kind: 'reserved',
    state: {
      ...charged,
      requests: { ...state.requests, level: state.requests.level + 1 },
      reservations: [...state.reservations, reservation],
    },
  };
}

function methodWaitMs(state: BudgetState, method: string, lineMs: number, nowMs: number): number {
  const budget = budgetOf(state, method);
  if (budget.blockedUntilMs > nowMs) return budget.blockedUntilMs - nowMs;
  if (state.reportsOperating === 'no' || usedMs(budget) <= lineMs) return 0;
  const ownMs = methodFreeInMs(budget, lineMs, nowMs);
  return budget.resetAtMs > 0 && !isUnderWay(state, method)
    ? Math.min(ownMs, Math.max(0, budget.resetAtMs + RESET_MARGIN_MS - nowMs))
    : ownMs;
}

const isUnderWay = (state: BudgetState, method: string): boolean =>
  state.reservations.some(({ charges }) => charges.some((held) => held.method === method));

function toCharges(state: BudgetState, { methods, batched }: PlannedRequest): Reservation['charges'] {
  const estimates = new Map<string, number>();
  let totalMs = 0;
  for (const method of methods) {
    const ms = estimateMs(state, method);
    estimates.set(method, (estimates.get(method) ?? 0) + ms);
    totalMs += ms;
  }
  if (batched) estimates.set('batch', totalMs);
  return [...estimates].map(([method, ms]) => ({ method, estimateMs: ms }));
}

const withoutPastReset = (budget: MethodBudget, nowMs: number): MethodBudget =>
  budget.resetAtMs + RESET_MARGIN_MS <= nowMs ? { ...budget, resetAtMs: 0 } : budget;

const wait = (waitMs: number, scope: WaitScope, method?: string): Reserved => ({
  kind: 'wait',
  waitMs: Math.max(1, Math.ceil(waitMs)),
  scope,
  method,
});
