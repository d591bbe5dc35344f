import { WaitUntilError } from '../errors';
import type { Pacing } from '../pacing/pacing';
import type { Permit } from '../pacing/permit';
import type { BatchAnswer } from '../rest/batch-answer';
import type { Client } from '../rest/client';
import { notSent, rejectAll, type Waiting } from './queue';
import { findRefused, quietly, toWholeRefusal, type WholeRefusal } from './whole-refusal';

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
  await findRefused(claimed, refusal, {
    ...deps,
    isLate: () => performance.now() >= writeBeforeMs,
    sendAgain: async (half) => {
      const again = await pace(half, deps.pacing);
      if (!again) return null;
      return {
        sent: again.admitted,
        refusal: await request(again.admitted, again.permit, deps, writeBeforeMs),
      };
    },
  });
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
): Promise<WholeRefusal | null> {
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
    const refusal = toWholeRefusal(error);
    if (!refusal) rejectAll(batch, error);
    await quietly(error instanceof WaitUntilError ? permit.refused(error, 'batch') : permit.failed(error));
    return refusal;
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

const hasGivenUp = ({ submission: { signal } }: Waiting): boolean => signal?.aborted ?? false;
