import type { Lane } from '../../domain/link';
import { type BudgetState, KEPT_BASKETS, type MethodBudget, MINUTE_MS } from './budget-state';

/** The smallest limit known of cloud portals: 480 s of each method in ten minutes. */
const METHOD_TIME_MS = 480_000;
/** History leaves room, so that a live message never waits for it. */
const METHOD_SHARE: Record<Lane, number> = { live: 0.9, history: 0.7 };

/** The line that a method's time never crosses: an overrun blocks the method. */
export const methodLineMs = (lane: Lane): number => METHOD_TIME_MS * METHOD_SHARE[lane];

/** From the samples in Bitrix24's documentation; replaced by the portal's own times after the first answers. */
const FIRST_ESTIMATE_MS: Record<string, number> = {
  'crm.item.add': 1_200,
  'crm.item.update': 500,
  'crm.timeline.comment.add': 150,
};

const UNUSED = { baskets: [], averageMs: 0, blockedUntilMs: 0, resetAtMs: 0 };

export const budgetOf = (state: BudgetState, method: string): MethodBudget =>
  state.methods.find((budget) => budget.method === method) ?? { method, ...UNUSED };

/** Replaces one method's budget, which is made when it is new. */
export const withMethod = (
  state: BudgetState,
  method: string,
  change: (budget: MethodBudget) => MethodBudget,
): BudgetState => ({
  ...state,
  methods: [...state.methods.filter((budget) => budget.method !== method), change(budgetOf(state, method))],
});

/** How long one command of the method is expected to take at the portal. */
export const estimateMs = (state: BudgetState, method: string): number =>
  budgetOf(state, method).averageMs || (FIRST_ESTIMATE_MS[method] ?? 100);

export const usedMs = ({ baskets }: MethodBudget): number =>
  baskets.reduce((sum, { usedMs: used }) => sum + used, 0);

const oldestFirst = ({ baskets }: MethodBudget) => [...baskets].sort((a, b) => a.minuteMs - b.minuteMs);

/** How long until enough baskets have left for the method's use to be down to `lineMs`. */
export function methodFreeInMs(budget: MethodBudget, lineMs: number, nowMs: number): number {
  let used = usedMs(budget);
  for (const basket of oldestFirst(budget)) {
    if (used <= lineMs) break;
    used -= basket.usedMs;
    if (used <= lineMs) return Math.max(1, basket.minuteMs + KEPT_BASKETS * MINUTE_MS - nowMs);
  }
  return 1;
}

/** Adds to a minute's basket; what would fall below nothing is nothing. */
export function charge(budget: MethodBudget, minuteMs: number, ms: number): MethodBudget {
  const used = budget.baskets.find((basket) => basket.minuteMs === minuteMs)?.usedMs ?? 0;
  const rest = budget.baskets.filter((basket) => basket.minuteMs !== minuteMs);
  const total = Math.max(0, used + ms);
  return { ...budget, baskets: total > 0 ? [...rest, { minuteMs, usedMs: total }] : rest };
}

/** Takes time away, oldest first: the portal shows less than we counted when its oldest basket has left before ours. */
export function free(budget: MethodBudget, ms: number): MethodBudget {
  let left = ms;
  const baskets = oldestFirst(budget).map((basket) => {
    const taken = Math.min(left, basket.usedMs);
    left -= taken;
    return { ...basket, usedMs: basket.usedMs - taken };
  });
  return { ...budget, baskets: baskets.filter(({ usedMs: used }) => used > 0) };
}
