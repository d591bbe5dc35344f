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
 * How long until the next try at most, in parts of `probeEveryMs` (3 min): a minute where it may come back by itself, 15 min
 * where somebody must act first. Nobody knows when they did, so it is never longer.
 */
const SHARE: Record<OutageKind, number> = {
  unreachable: 1 / 3,
  unanswered: 1 / 3,
  reauthorise: 5,
  askAdmin: 5,
  blocked: 5,
  gone: 5,
};
/** The first pause where somebody must act, in the same parts. */
const FIRST_SHARE = 1 / 3;
/** A try that began so short a time ago answers all who ask for one. */
const JOINED_MS = 2_000;

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
  const { sinceMs = nowMs, probedAtMs } = known ?? {};
  const outage = {
    kind,
    code,
    advice,
    credentials,
    failures,
    isProbing: false,
    untilMs: 0,
    sinceMs,
    probedAtMs,
  };
  return { ...state, outage: { ...outage, untilMs: untilMs(outage, probeEveryMs, nowMs) } };
}

/** One request goes out to see whether the portal works again; until it is answered the next one waits, `probeMs` at most. */
export function withProbe(
  state: BudgetState,
  { probeEveryMs, probeMs, nowMs }: { probeEveryMs: number; probeMs: number; nowMs: number },
): BudgetState {
  const { outage } = state;
  if (!outage) return state;
  const until = Math.min(untilMs(outage, probeEveryMs, nowMs), nowMs + probeMs);
  return { ...state, outage: { ...outage, isProbing: true, probedAtMs: nowMs, untilMs: until } };
}

/** A person asks: the next request is the try, unless one is under way or just was, which is for all who ask. */
export function endPause(state: BudgetState, nowMs: number): BudgetState {
  const { outage } = state;
  if (!outage || outage.untilMs <= nowMs) return state;
  const isJustTried = nowMs - (outage.probedAtMs ?? 0) < JOINED_MS;
  if (outage.isProbing || isJustTried) return state;
  return { ...state, outage: { ...outage, untilMs: 0 } };
}

/** One or two lost answers are noted, and stop nobody. */
const isInForce = ({ kind, failures }: Outage): boolean =>
  kind !== 'unanswered' || failures >= LOST_ANSWERS_OF_AN_OUTAGE;

/** The outage that keeps these credentials out, or null. */
export function outageInForce(state: BudgetState, credentials: string): Outage | null {
  const outage = outageOf(state, credentials);
  return outage && isInForce(outage) ? outage : null;
}

const untilMs = (outage: Outage, probeEveryMs: number, nowMs: number): number =>
  isInForce(outage) ? nowMs + waitMs(outage, probeEveryMs) : 0;

function waitMs({ kind, failures }: Outage, probeEveryMs: number): number {
  const comesBack = kind === 'unreachable' || kind === 'unanswered';
  const firstMs = comesBack ? FIRST_PROBE_MS : FIRST_SHARE * probeEveryMs;
  const tries = kind === 'unanswered' ? failures - LOST_ANSWERS_OF_AN_OUTAGE : failures - 1;
  return Math.min(SHARE[kind] * probeEveryMs, firstMs * 2 ** Math.min(Math.max(0, tries), 20));
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
