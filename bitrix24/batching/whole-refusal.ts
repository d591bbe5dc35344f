import { AskAdminError, BadRequestError, UnclearRefusalError } from '../errors';
import type { Pacing } from '../pacing/pacing';
import type { Client } from '../rest/client';
import { notSent, rejectAll, type Waiting } from './queue';

/**
 * The refusal of a whole request, perhaps for one command in it: a page of something on the way, or, with a `cause`, the
 * portal's own for a reason that is not known.
 */
export type WholeRefusal = AskAdminError;

export interface SearchDeps {
  client: Client;
  pacing: Pacing;
  /** The claims are too old to send anything more. */
  isLate: () => boolean;
  /** Sends these once more; null when nobody is left among them. Callers without a refusal have their outcome. */
  sendAgain: (
    half: readonly Waiting[],
  ) => Promise<{ sent: readonly Waiting[]; refusal: WholeRefusal | null } | null>;
}

export function toWholeRefusal(error: unknown): WholeRefusal | null {
  return error instanceof AskAdminError && error.scope === 'request' ? error : null;
}

/** The budget's storage may be away; what was delivered stays delivered, and the estimate stays charged. */
export const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

/**
 * Gives each command of a refused request its error. One is only blamed when it is refused alone and a harmless batch passes
 * right afterwards; if none passes, all are told that.
 */
export async function findRefused(
  batch: readonly Waiting[],
  refusal: WholeRefusal,
  deps: SearchDeps,
): Promise<void> {
  const trouble = await askHarmlessly(refusal, deps);
  if (trouble) rejectAll(batch, trouble);
  else if (batch.length === 1) rejectAll(batch, toOwnError(batch, refusal));
  else await sendHalves(batch, deps);
}

/** Refused by a page on the way, its text is what is not let through; what the portal itself means by it is not known. */
function toOwnError([only]: readonly Waiting[], { code, cause, ...refusal }: WholeRefusal) {
  const method = only?.submission.method ?? refusal.method;
  return cause === undefined
    ? new BadRequestError({ code, method, isAboutText: true })
    : new UnclearRefusalError({ code, method, cause });
}

/** Null when a harmless batch passes; else the error for all: no batch passes at all, or the portal is in trouble. */
export async function askHarmlessly(
  refusal: WholeRefusal,
  { client, pacing }: Pick<SearchDeps, 'client' | 'pacing'>,
): Promise<unknown> {
  const method = 'server.time';
  try {
    const permit = await pacing.acquire({ lane: 'live', commands: [method] });
    try {
      const { time } = await client.batch([{ method, params: {} }]);
      await quietly(permit.answered({ envelope: time, commands: [{ method, time: null }] }));
      return null;
    } catch (error) {
      const { code, advice } = refusal;
      const isSame = toWholeRefusal(error) !== null;
      const trouble = isSame ? new AskAdminError({ code, advice, scope: 'portal', cause: error }) : error;
      await quietly(permit.failed(trouble));
      return trouble;
    }
  } catch (error) {
    return error;
  }
}

/** Each half is sent by itself, until one command is refused alone. */
async function sendHalves(batch: readonly Waiting[], deps: SearchDeps): Promise<void> {
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    if (deps.isLate()) {
      for (const waiting of half) waiting.reject(notSent('NOT_WRITTEN_IN_TIME', waiting));
      continue;
    }
    const again = await deps.sendAgain(half);
    if (!again?.refusal) continue;
    const { sent, refusal } = again;
    if (sent.length > 1) await sendHalves(sent, deps);
    else await findRefused(sent, refusal, deps);
  }
}
