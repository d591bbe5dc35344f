import { randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Lane } from '../../domain/link';
import { type PlannedRequest, type Reserved, reserve } from './reserve';
import { type BudgetState, createBudget, type Outage, type Plan } from './budget-state';
import { estimateMs } from './method-time';
import { PortalUnreachableError, WaitUntilError } from '../errors';
import { createPermit, type Permit, type Update } from './permit';
import { endPause, outageInForce, outageOf, toOutageError, withProbe } from './outage';
import { obey } from './charge-answer';
import { type BudgetStorage, createSharedBudget } from './shared-budget';

export interface AcquireRequest {
  lane: Lane;
  /** The method of every command of the request. */
  commands: readonly string[];
  /** Whether they go as one `batch`; default true. */
  batched?: boolean;
  signal?: AbortSignal | undefined;
}

/** When the next request of a portal may go, over all processes. */
export interface Pacing {
  /**
   * Sleeps up to 3 s for its turn, in the history lane up to 12 s; a longer wait is thrown as WaitUntilError, an abort as PortalUnreachableError. While
   * the portal as a whole does not work, one request now and then is let through to see whether it does again; all
   * others are thrown what came of the last one, with `nextProbeMs`.
   */
  acquire(request: AcquireRequest): Promise<Permit>;
  /** How long a command is expected to take at the portal, by what is known here. */
  estimateMs(method: string): number;
  /** What keeps the portal as a whole from working, for all processes, or null. */
  outage(): Promise<Outage | null>;
  /** A person asks: the next request is a try, whatever pause was under way. */
  endPause(): Promise<void>;
  /** When the portal was last asked for its plan, by any process; 0 never. */
  planAskedAtMs(): Promise<number>;
  /** The portal's pace for all processes from here on; null leaves it as it is. */
  notePlan(plan: Plan | null): Promise<void>;
  /** A command inside an answered batch was refused for its method's time. */
  noteRefusal(error: WaitUntilError, method: string): Promise<void>;
}

export interface PacingOptions {
  portalId: string;
  storage: BudgetStorage;
  requestLimitMs?: number | undefined;
  /** See `PortalOptions`. */
  probeEveryMs?: number | undefined;
  /** Tells this credential from others: an outage is that of one credential. */
  credentials?: string | undefined;
  now?: (() => number) | undefined;
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** Several of a process wait for one place at a time and may lose it to one another; history has the time. */
const LONGEST_SLEEP_MS: Record<Lane, number> = { live: 3_000, history: 12_000 };

export function createPacing({
  portalId,
  storage,
  requestLimitMs = 60_000,
  probeEveryMs = 180_000,
  credentials = '',
  now = Date.now,
  sleep = async (ms, signal) => sleepFor(ms, undefined, { signal }),
}: PacingOptions): Pacing {
  const reservationMs = requestLimitMs + 40_000;
  const { change, known } = createSharedBudget({ portalId, storage, now, sleep });

  const given = { credentials, probeEveryMs, now };
  const update: Update = (next) => change((state) => ({ state: next(state), value: undefined }));

  function tryToReserve(state: BudgetState, request: PlannedRequest) {
    const nowMs = now();
    const outage = outageOf(state, credentials);
    if (outage && outage.untilMs > nowMs) return { state, value: { kind: 'out', outage } as const };
    const reserved = reserve(state, request, nowMs);
    if (reserved.kind !== 'reserved') return { state, value: reserved };
    const next = outage
      ? withProbe(reserved.state, { probeEveryMs, probeMs: reservationMs, nowMs })
      : reserved.state;
    return { state: next, value: reserved };
  }

  async function acquire({ lane, commands, batched = true, signal }: AcquireRequest): Promise<Permit> {
    const giveUpAtMs = now() + LONGEST_SLEEP_MS[lane];
    const request = { id: randomUUID(), lane, methods: commands, batched, reservationMs };
    for (;;) {
      if (signal?.aborted) throw aborted();
      const outcome = await change<Reserved | { kind: 'out'; outage: Outage }>((state) =>
        tryToReserve(state, request),
      );
      if (outcome.kind === 'reserved') return createPermit(request.id, update, given);
      if (outcome.kind === 'out') throw toOutageError(outcome.outage, now());
      const { waitMs, scope, method } = outcome;
      if (now() + waitMs > giveUpAtMs) {
        throw new WaitUntilError({ code: 'PACED', scope, method, retryAfterMs: waitMs });
      }
      await sleep(waitMs, signal).catch(() => undefined);
    }
  }

  return {
    acquire,
    estimateMs: (method) => estimateMs(known() ?? createBudget(now()), method),
    outage: () => change((state) => ({ state, value: outageInForce(state, credentials) })),
    endPause: () => update((state) => endPause(state, now())),
    planAskedAtMs: () => change((state) => ({ state, value: state.planAskedAtMs ?? 0 })),
    notePlan: (plan) => update((state) => ({ ...state, plan: plan ?? state.plan, planAskedAtMs: now() })),
    noteRefusal: (error, method) => update((state) => obey(state, error, method, now())),
  };
}

const aborted = () => new PortalUnreachableError({ code: 'ABORTED' });
