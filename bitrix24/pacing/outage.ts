import type { BudgetState, Outage, OutageKind } from './budget-state';
import {
  AskAdminError,
  type Bitrix24Error,
  PortalBlockedError,
  PortalGoneError,
  PortalUnreachableError,
  ReauthoriseError,
  UnknownOutcomeError,
} from '../errors';

/** Ours, not the portal's: given up by a caller, or closed. */
const OWN_CODES = ['ABORTED', 'CLOSED'];
/** One lost answer says nothing about the next request; several in a row do. */
const LOST_ANSWERS_OF_AN_OUTAGE = 3;
const FIRST_PROBE_MS = 1_000;

/**
 * How long until the next try, in parts of `probeEveryMs` (3 min): seconds at first and a minute at most where it may
 * come back by itself, 3 min where its administrator must act, an hour when Bitrix24 blocked it, a day when it was removed.
 */
const SHARE: Record<OutageKind, number> = {
  unreachable: 1 / 3,
  unanswered: 1 / 3,
  reauthorise: 1,
  askAdmin: 1,
  blocked: 20,
  gone: 480,
};

/** The outage that concerns these credentials, or null. */
export function outageOf(state: BudgetState, credentials: string): Outage | null {
  const { outage } = state;
  return outage && outage.credentials === credentials ? outage : null;
}

/** The portal answered: whatever was wrong with it is over. */
export const noteAnswer = (state: BudgetState): BudgetState =>
  state.outage ? { ...state, outage: null } : state;

/** Remembers a failure that concerns the portal as a whole; another one leaves the state as it is. */
export function noteFailure(
  state: BudgetState,
  error: unknown,
  { credentials, probeEveryMs, nowMs }: { credentials: string; probeEveryMs: number; nowMs: number },
): BudgetState {
  const kind = kindOf(error);
  if (kind === null) return state;
  const known = outageOf(state, credentials);
  const { code } = error as Bitrix24Error;
  const advice = error instanceof AskAdminError ? error.advice : '';
  const isSame = known?.kind === kind;
  // Several requests were under way when the portal went: together they are one failure.
  if (isSame && known.untilMs > nowMs && !known.isProbing) return state;
  const failures = isSame ? known.failures + 1 : 1;
  const outage = { kind, code, advice, credentials, failures, isProbing: false, untilMs: 0 };
  return { ...state, outage: { ...outage, untilMs: untilMs(outage, probeEveryMs, nowMs) } };
}

/** One request goes out to see whether the portal works again; until it is answered the next one waits. */
export function withProbe(state: BudgetState, probeEveryMs: number, nowMs: number): BudgetState {
  const { outage } = state;
  if (!outage) return state;
  return { ...state, outage: { ...outage, isProbing: true, untilMs: untilMs(outage, probeEveryMs, nowMs) } };
}

function untilMs(outage: Outage, probeEveryMs: number, nowMs: number): number {
  const isOver = outage.kind === 'unanswered' && outage.failures < LOST_ANSWERS_OF_AN_OUTAGE;
  return isOver ? 0 : nowMs + waitMs(outage, probeEveryMs);
}

function waitMs({ kind, failures }: Outage, probeEveryMs: number): number {
  const longestMs = SHARE[kind] * probeEveryMs;
  if (kind !== 'unreachable' && kind !== 'unanswered') return longestMs;
  const tries = kind === 'unanswered' ? failures - LOST_ANSWERS_OF_AN_OUTAGE : failures - 1;
  return Math.min(longestMs, FIRST_PROBE_MS * 2 ** Math.min(Math.max(0, tries), 20));
}

function kindOf(error: unknown): OutageKind | null {
  if (error instanceof PortalUnreachableError) return OWN_CODES.includes(error.code) ? null : 'unreachable';
  if (error instanceof UnknownOutcomeError) return 'unanswered';
  if (error instanceof ReauthoriseError) return 'reauthorise';
  if (error instanceof AskAdminError) return error.scope === 'portal' ? 'askAdmin' : null;
  if (error instanceof PortalBlockedError) return 'blocked';
  return error instanceof PortalGoneError ? 'gone' : null;
}

/** The error of a caller that is not let through: the outage's own, certainly not sent. */
export function toOutageError({ kind, code, advice, untilMs: until }: Outage, nowMs: number): Bitrix24Error {
  const facts = { code, nextProbeMs: Math.max(1, until - nowMs) };
  switch (kind) {
    case 'unreachable':
    case 'unanswered':
      return new PortalUnreachableError(facts);
    case 'reauthorise':
      return new ReauthoriseError(facts);
    case 'askAdmin':
      return new AskAdminError({ ...facts, advice, scope: 'portal' });
    case 'blocked':
      return new PortalBlockedError(facts);
    case 'gone':
      return new PortalGoneError(facts);
  }
}
