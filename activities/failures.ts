import { Context, log } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import {
  AskAdminError,
  BadRequestError,
  ContactGoneError,
  PortalBlockedError,
  PortalGoneError,
  PortalUnreachableError,
  ReauthoriseError,
  UnclearRefusalError,
  UnknownOutcomeError,
  WaitUntilError,
} from '../bitrix24/errors';
import { isStoreAway } from '../store/store-away';

/** The time itself is on the portal: here it would be the one of the first try for ever. */
const triedAgain =
  'It is tried again by itself, with 15 minutes in between at most, and at once when you ask the portal to be tried now.';

/** What a person should know, by the stable code of the trouble. */
const advices = {
  portal_busy: 'Bitrix24 asks us to wait; the backup goes on by itself.',
  portal_unreachable: 'Bitrix24 does not answer; messages wait and are backed up when it is back.',
  portal_reauthorise: `Bitrix24 no longer accepts our access: renew the webhook and set it again. ${triedAgain}`,
  portal_gone: `The portal was removed; if it moved, set its new address. ${triedAgain}`,
  portal_blocked: `Bitrix24 has blocked the portal for overload; ask Bitrix24 support. ${triedAgain}`,
  ask_administrator: 'Bitrix24 refuses us a right; ask its administrator.',
  contact_gone: 'The contact was deleted or merged in Bitrix24; link this person to another contact.',
  contact_unreadable:
    'Bitrix24 does not show us the contact any more, though it exists: give the user of the webhook the right to read it.',
  contacts_vanished:
    'Many linked contacts vanished from Bitrix24 at once, so no link is moved by itself: see whether they were deleted, and answer the reviews.',
  page_unreadable:
    'Bitrix24 does not show us the page of this contact, so it is not known whether the last messages are on it; give us the right to read the contact.',
  refusal_unclear:
    'Bitrix24 gave an answer that is not understood; nothing is changed for it, and it is tried again after a pause that grows. If it stays so, look at the REST log of the portal.',
  refused: 'Bitrix24 refused the content; the original is kept in Contact Link.',
  store_unavailable: 'The database does not answer; the backup goes on when it is back.',
  unexpected: 'Something unexpected happened; it is tried again, and the log of the worker says more.',
};

export type TroubleCode = keyof typeof advices;

/** The meaning of an error: a stable code, advice for a person, and whether trying again soon may heal it. */
export interface Trouble {
  code: TroubleCode;
  advice: string;
  /** Concerns the whole portal, not one link. */
  portalWide: boolean;
  retry: 'soon' | 'next-round';
  retryAfterMs: number | null;
}

export const trouble = (code: TroubleCode, facts: Partial<Trouble> = {}): Trouble => ({
  ...{ code, advice: advices[code], portalWide: true, retry: 'next-round', retryAfterMs: null },
  ...facts,
});

/** Whether a code that was stored is one of these. */
export const isTroubleCode = (code: string): code is TroubleCode => code in advices;

/** Codes that say something about the portal or our servers, and nothing about the link they are written on. */
export const isOfWholePortal = (code: string): boolean =>
  code.startsWith('portal_') || code === 'store_unavailable' || code === 'interrupted';

const longestWaitInActivityMs = 30_000;
/** A known outage that is asked about again so soon may be waited for; else the next round finds out. */
const soonProbedMs = 5_000;
/** Many links wait for one moment: they come back one after the other. */
const jitterMs = 500;

/** The only place where errors of the portal and the store are given their meaning. */
export function toTrouble(error: unknown): Trouble {
  if (error instanceof WaitUntilError) {
    const { retryAfterMs } = error;
    const retry = retryAfterMs <= longestWaitInActivityMs ? 'soon' : 'next-round';
    return trouble('portal_busy', { retry, retryAfterMs });
  }
  if (error instanceof UnclearRefusalError) return trouble('refusal_unclear', { portalWide: false });
  if (error instanceof PortalUnreachableError || error instanceof UnknownOutcomeError) {
    const { nextProbeMs = 0 } = error;
    if (nextProbeMs > soonProbedMs) return trouble('portal_unreachable');
    return trouble('portal_unreachable', { retry: 'soon', retryAfterMs: nextProbeMs || null });
  }
  if (error instanceof ReauthoriseError) return trouble('portal_reauthorise');
  if (error instanceof PortalGoneError) return trouble('portal_gone');
  if (error instanceof PortalBlockedError) return trouble('portal_blocked');
  if (error instanceof AskAdminError) {
    const { advice, scope } = error;
    return trouble('ask_administrator', { advice, portalWide: scope === 'portal' });
  }
  if (error instanceof ContactGoneError) return trouble('contact_gone', { portalWide: false });
  if (error instanceof BadRequestError) return trouble('refused', { portalWide: false });
  const code = isStoreAway(error) ? 'store_unavailable' : 'unexpected';
  return trouble(code, { portalWide: false, retry: 'soon' });
}

/** The frames of an error without its message, which might quote what a person wrote. */
const framesOf = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => line.startsWith('    at '))
        .join('\n')
    : '';

/** A failure that Temporal may keep: code and advice, never the error itself. `details` are for the workflow. */
export function toFailure(error: unknown, details: unknown[] = []): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { code, advice, retry, retryAfterMs } = toTrouble(error);
  if (code === 'unexpected') {
    log.error('An activity failed unexpectedly', {
      error: error instanceof Error ? error.name : typeof error,
      frames: framesOf(error),
    });
  }
  return ApplicationFailure.create({
    type: code,
    message: advice,
    details,
    nonRetryable: retry === 'next-round',
    ...(retryAfterMs !== null && retry === 'soon'
      ? { nextRetryDelay: Math.ceil(retryAfterMs + Math.random() * jitterMs) }
      : {}),
  });
}

const beatMs = 5_000;

/**
 * An activity as it is registered: it beats while it runs, so that Temporal notices within seconds when its worker
 * died, and lets only failures out that Temporal may keep.
 */
export function registered<In extends unknown[], Out>(
  activity: (...input: In) => Promise<Out>,
): (...input: In) => Promise<Out> {
  return async (...input) => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), beatMs);
    try {
      return await activity(...input);
    } catch (error) {
      throw toFailure(error);
    } finally {
      clearInterval(timer);
    }
  };
}
