import {
  AskAdminError,
  BadRequestError,
  PortalUnreachableError,
  UnclearRefusalError,
  WaitUntilError,
} from '../errors';
import type { Pacing, Permit } from '../pacing/pacing';
import type { BatchAnswer } from '../rest/batch-answer';
import type { Client } from '../rest/client';
import type { Waiting } from './queue';

export interface SendDeps {
  client: Client;
  pacing: Pacing;
  /** From a claim to the last byte of the request. An older claim found anywhere counts as sent. */
  writeWindowMs: number;
}

/** Sends one batch: its turn, the claims, the request, each caller's own outcome. Never throws. */
export async function sendBatch(batch: readonly Waiting[], deps: SendDeps): Promise<void> {
  const paced = await pace(batch, deps.pacing);
  if (!paced) return;
  const { permit, admitted } = paced;
  const writeBeforeMs = performance.now() + deps.writeWindowMs;
  const sentAt = new Date();
  await Promise.all(admitted.map((waiting) => claim(waiting, sentAt)));
  for (const waiting of admitted) if (hasGivenUp(waiting)) waiting.reject(notSent('ABORTED', waiting));
  const claimed = admitted.filter(({ isOver }) => !isOver);
  if (claimed.length === 0) return quietly(permit.refund());
  for (const waiting of claimed) waiting.isSent = true;

  const refusal = await request(claimed, permit, deps, writeBeforeMs);
  if (!refusal) return;
  const trouble = await askHarmlessly(refusal, deps);
  if (trouble) for (const waiting of claimed) waiting.reject(trouble);
  else await requestHalves(claimed, refusal, deps, writeBeforeMs);
}

/**
 * Waits for the turn of a batch; null when nobody is left in it. A method whose time is used up sends its own commands back
 * and lets the others go.
 */
async function pace(batch: readonly Waiting[], pacing: Pacing) {
  const lane = batch[0]?.submission.lane ?? 'live';
  for (;;) {
    const admitted = batch.filter(({ isOver }) => !isOver);
    if (admitted.length === 0) return null;
    try {
      const commands = admitted.map(({ submission }) => submission.method);
      return { permit: await pacing.acquire({ lane, commands }), admitted };
    } catch (error) {
      const blocked = error instanceof WaitUntilError ? error.method : undefined;
      const concerned = admitted.filter(({ submission }) => submission.method === blocked);
      for (const waiting of concerned.length > 0 ? concerned : admitted) waiting.reject(error);
    }
  }
}

async function claim(waiting: Waiting, sentAt: Date): Promise<void> {
  if (waiting.isOver || hasGivenUp(waiting) || !waiting.submission.claim) return;
  waiting.isClaiming = true;
  try {
    if (!(await waiting.submission.claim(sentAt))) waiting.resolve({ kind: 'notClaimed' });
  } catch (error) {
    waiting.reject(error);
  }
}

/** Gives the refusal of a whole request, perhaps for one of its commands; its callers have no outcome yet. */
async function request(
  batch: readonly Waiting[],
  permit: Permit,
  { client, pacing }: SendDeps,
  writeBeforeMs: number,
): Promise<AskAdminError | null> {
  try {
    const commands = batch.map(({ submission: { method, params } }) => ({ method, params }));
    const answer = await client.batch(commands, { writeDeadlineMs: writeBeforeMs - performance.now() });
    batch.forEach((waiting, index) => {
      const outcome = answer.outcomes[index];
      if (outcome?.ok) waiting.resolve({ kind: 'answered', answer: outcome.answer });
      else waiting.reject(outcome?.error);
    });
    await quietly(account(batch, answer, pacing, permit));
    return null;
  } catch (error) {
    const isPerhapsForOne = error instanceof AskAdminError && error.scope === 'request';
    if (!isPerhapsForOne) for (const waiting of batch) waiting.reject(error);
    await quietly(error instanceof WaitUntilError ? permit.refused(error, 'batch') : permit.failed(error));
    return isPerhapsForOne ? error : null;
  }
}

async function account(
  batch: readonly Waiting[],
  { outcomes, time: envelope }: BatchAnswer,
  pacing: Pacing,
  permit: Permit,
): Promise<void> {
  const refused = new Map<string, WaitUntilError>();
  const commands = batch.map(({ submission: { method } }, index) => {
    const outcome = outcomes[index];
    if (outcome?.ok) return { method, time: outcome.answer.time };
    if (outcome?.error instanceof WaitUntilError) refused.set(method, outcome.error);
    return { method, time: null };
  });
  await permit.answered({ envelope, commands });
  for (const [method, error] of refused) await pacing.noteRefusal(error, method);
}

/**
 * Something on the way, a firewall for example, or the portal refuses the whole request, perhaps for one command in it. If a
 * batch with a harmless question is answered, halves of halves find the command. If not, no command is to blame: gives the
 * error for all.
 */
async function askHarmlessly(refusal: AskAdminError, { client, pacing }: SendDeps): Promise<unknown> {
  const method = 'server.time';
  try {
    const permit = await pacing.acquire({ lane: 'live', commands: [method] });
    try {
      const { time } = await client.batch([{ method, params: {} }]);
      await quietly(permit.answered({ envelope: time, commands: [{ method, time: null }] }));
      return null;
    } catch (error) {
      const { advice, code } = refusal;
      const isSame = error instanceof AskAdminError && error.scope === 'request';
      const trouble = isSame ? new AskAdminError({ code, advice, scope: 'portal', cause: error }) : error;
      await quietly(permit.failed(trouble));
      return trouble;
    }
  } catch (error) {
    return error;
  }
}

/**
 * The error of the one command that a whole request was refused for. Refused by a page on the way, its text is what is not
 * let through; what the portal itself means by it is not known.
 */
function toOwnError({ submission: { method } }: Waiting, { code, cause }: AskAdminError) {
  const isByPage = cause === undefined;
  return isByPage ? new BadRequestError({ code, method }) : new UnclearRefusalError({ code, method, cause });
}

/** One command alone is the refused one; of more, each half is sent by itself. */
async function requestHalves(
  batch: readonly Waiting[],
  refusal: AskAdminError,
  deps: SendDeps,
  writeBeforeMs: number,
): Promise<void> {
  const [only] = batch;
  if (batch.length === 1) return only?.reject(toOwnError(only, refusal));
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    if (performance.now() >= writeBeforeMs) {
      for (const waiting of half) waiting.reject(notSent('NOT_WRITTEN_IN_TIME', waiting));
      continue;
    }
    const paced = await pace(half, deps.pacing);
    if (!paced) continue;
    const again = await request(paced.admitted, paced.permit, deps, writeBeforeMs);
    if (again) await requestHalves(paced.admitted, again, deps, writeBeforeMs);
  }
}

const hasGivenUp = ({ submission: { signal } }: Waiting): boolean => signal?.aborted ?? false;

/** The budget's storage may be away; what was delivered stays delivered, and the estimate stays charged. */
const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

/** The error of a command that certainly did not leave us. */
export const notSent = (code: string, { submission }: Waiting) =>
  new PortalUnreachableError({ code, method: submission.method });
