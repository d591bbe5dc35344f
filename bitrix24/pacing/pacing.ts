import { randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Lane } from '../../domain/link';
import { type PlannedRequest, type Reserved, reserve } from './reserve';
import { type BudgetState, createBudget, type Outage, type Plan } from './budget-state';
import { estimateMs } from './method-time';
import { Bitrix24Error, PortalUnreachableError, UnknownOutcomeError, WaitUntilError } from '../errors';
import { noteAnswer, noteFailure, outageOf, toOutageError, withProbe } from './outage';
import { chargeAnswer, noteTooSlow, obey, refund, uncharge, type UsageReport } from './charge-answer';
import { type BudgetStorage, createSharedBudget } from './shared-budget';

export interface AcquireRequest {
  lane: Lane;
  /** The method of every command of the request. */
  commands: readonly string[];
  /** Whether they go as one `batch`; default true. */
  batched?: boolean;
  signal?: AbortSignal | undefined;
}

/** The right to send one request now. Exactly one of these is to be called; none of them is, after a crash. */
export interface Permit {
  /** The portal answered. */
  answered(report: UsageReport): Promise<void>;
  /** The request was certainly not sent. */
  refund(): Promise<void>;
  /** The portal answered that we must wait; `method` is the one it was said about. */
  refused(error: WaitUntilError, method: string): Promise<void>;
  /** Anything else came of it; what concerns the portal as a whole is known to all processes from here on. */
  failed(error: unknown): Promise<void>;
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

  const update = (next: (state: BudgetState) => BudgetState): Promise<void> =>
    change((state) => ({ state: next(state), value: undefined }));

  const toPermit = (id: string): Permit => ({
    answered: (report) => update((state) => noteAnswer(chargeAnswer(state, id, report, now()))),
    refund: () => update((state) => refund(state, id)),
    refused: (error, method) =>
      update((state) => noteAnswer(obey(uncharge(state, id), error, method, now()))),
    failed: (error) =>
      update((state) => {
        const rest = giveBack(isTooSlow(error) ? noteTooSlow(state, id) : state, id, error);
        return noteFailure(rest, error, { credentials, probeEveryMs, nowMs: now() });
      }),
  });

  function tryToReserve(state: BudgetState, request: PlannedRequest) {
    const nowMs = now();
    const outage = outageOf(state, credentials);
    if (outage && outage.untilMs > nowMs) return { state, value: { kind: 'out', outage } as const };
    const reserved = reserve(state, request, nowMs);
    if (reserved.kind !== 'reserved') return { state, value: reserved };
    const next = outage ? withProbe(reserved.state, probeEveryMs, nowMs) : reserved.state;
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
      if (outcome.kind === 'reserved') return toPermit(request.id);
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
    planAskedAtMs: () => change((state) => ({ state, value: state.planAskedAtMs ?? 0 })),
    notePlan: (plan) => update((state) => ({ ...state, plan: plan ?? state.plan, planAskedAtMs: now() })),
    noteRefusal: (error, method) => update((state) => obey(state, error, method, now())),
  };
}

/** Whether the time allowed for a request was over, here or at the portal. */
const isTooSlow = (error: unknown): boolean =>
  error instanceof UnknownOutcomeError && ['NO_ANSWER_IN_TIME', 'HTTP_504'].includes(error.code);

/** A request that was certainly not sent costs nothing, a refused one no time; anything else stays charged. */
function giveBack(state: BudgetState, id: string, error: unknown): BudgetState {
  if (error instanceof PortalUnreachableError) return refund(state, id);
  return error instanceof Bitrix24Error && !(error instanceof UnknownOutcomeError)
    ? uncharge(state, id)
    : state;
}

const aborted = () => new PortalUnreachableError({ code: 'ABORTED' });
