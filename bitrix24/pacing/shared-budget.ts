import { advance, type BudgetState, createBudget } from './budget-state';
import { WaitUntilError } from '../errors';

/**
 * Where the processes share a portal's budget. `compareAndSet` stores `state` as `revision + 1` (as 1 when `revision`
 * is null) only if the stored revision still is `revision` (nothing is stored when null), and tells whether it did.
 */
export interface BudgetStorage {
  load(portalId: string): Promise<{ revision: number; state: BudgetState } | null>;
  compareAndSet(portalId: string, revision: number | null, state: BudgetState): Promise<boolean>;
}

/** One portal's budget as this process and all others see and change it. */
export interface SharedBudget {
  /** Decides on the state as of now and stores it; an unchanged state is not stored. Throws what the storage throws. */
  change: <T>(decide: (state: BudgetState) => { state: BudgetState; value: T }) => Promise<T>;
  /** The last state seen here. */
  known: () => BudgetState | null;
}

const MOST_ATTEMPTS = 50;

export function createSharedBudget(options: {
  portalId: string;
  storage: BudgetStorage;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}): SharedBudget {
  const { portalId, storage, now, sleep } = options;
  let known: { revision: number | null; state: BudgetState } | null = null;
  let lastSeen: BudgetState | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** Callers of this process change the budget one after another; other processes are met by compare-and-set. */
  function change<T>(decide: (state: BudgetState) => { state: BudgetState; value: T }): Promise<T> {
    const result = turn.then(async () => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const remembered = known !== null;
        known ??= (await storage.load(portalId)) ?? { revision: null, state: createBudget(now()) };
        const { revision, state } = known;
        lastSeen = state;
        const current = advance(state, now());
        const decided = decide(current);
        // A stamp that was turned back, of a broken clock, must be kept: else no time would ever pass since it.
        const changesNothing = decided.state === current && current.requests.atMs >= state.requests.atMs;
        if (changesNothing && !remembered) return decided.value;
        if (!changesNothing && (await storage.compareAndSet(portalId, revision, decided.state))) {
          known = { revision: (revision ?? 0) + 1, state: decided.state };
          lastSeen = decided.state;
          return decided.value;
        }
        known = null;
        if (!changesNothing && attempt > 2) await sleep(Math.random() * 20);
      }
      throw new WaitUntilError({ code: 'BUDGET_CONTENDED', scope: 'portal', retryAfterMs: 1_000 });
    });
    turn = result.catch(() => {
      known = null;
    });
    return result;
  }

  return { change, known: () => lastSeen };
}
