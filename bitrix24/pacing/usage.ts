import { advance, BURST, type BudgetState } from './budget-state';
import { methodLineMs, usedMs } from './method-time';

/** How much of a portal's limits is used now: shares of what may be used, 0 to 1. */
export interface BudgetUsage {
  /** Of the request bucket. */
  requests: number;
  /** Of the running time of the method that has used most of its own; null: none was called in the last ten minutes. */
  methodTime: { method: string; share: number } | null;
}

const toShare = (part: number): number => Math.min(1, Math.max(0, Math.round(part * 1_000) / 1_000));

export function toUsage(state: BudgetState, nowMs: number): BudgetUsage {
  const { requests, methods, plan } = advance(state, nowMs);
  const [most] = methods
    .filter((budget) => usedMs(budget) > 0)
    .map((budget) => ({ method: budget.method, share: toShare(usedMs(budget) / methodLineMs('live')) }))
    .sort((a, b) => b.share - a.share);
  return { requests: toShare(requests.level / BURST[plan]), methodTime: most ?? null };
}
