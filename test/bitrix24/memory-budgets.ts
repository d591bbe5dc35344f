import type { BudgetState } from '../../bitrix24/pacing/budget-state';
import type { BudgetStorage } from '../../bitrix24/pacing/shared-budget';

/** Budgets in memory, shared by as many clients of a test as are given it. */
export function createMemoryBudgets(): BudgetStorage & { state(portalId: string): BudgetState | undefined } {
  const stored = new Map<string, { revision: number; state: BudgetState }>();
  return {
    load: async (portalId) => {
      await Promise.resolve();
      return structuredClone(stored.get(portalId) ?? null);
    },
    compareAndSet: async (portalId, revision, state) => {
      await Promise.resolve();
      if ((stored.get(portalId)?.revision ?? null) !== revision) return false;
      stored.set(portalId, { revision: (revision ?? 0) + 1, state: structuredClone(state) });
      return true;
    },
    state: (portalId) => stored.get(portalId)?.state,
  };
}
