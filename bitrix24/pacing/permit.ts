import { Bitrix24Error, PortalUnreachableError, UnknownOutcomeError, type WaitUntilError } from '../errors';
import type { BudgetState } from './budget-state';
import { chargeAnswer, noteTooSlow, obey, refund, uncharge, type UsageReport } from './charge-answer';
import { noteAnswer, noteFailure } from './outage';

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

export type Update = (next: (state: BudgetState) => BudgetState) => Promise<void>;

export function createPermit(
  id: string,
  update: Update,
  { credentials, probeEveryMs, now }: { credentials: string; probeEveryMs: number; now: () => number },
): Permit {
  return {
    answered: (report) => update((state) => noteAnswer(chargeAnswer(state, id, report, now()))),
    refund: () => update((state) => refund(state, id)),
    refused: (error, method) =>
      update((state) => noteAnswer(obey(uncharge(state, id), error, method, now()))),
    failed: (error) =>
      update((state) => {
        const rest = giveBack(isTooSlow(error) ? noteTooSlow(state, id) : state, id, error);
        return noteFailure(rest, error, { credentials, probeEveryMs, nowMs: now() });
      }),
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
