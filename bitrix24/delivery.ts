import type { Lane } from '../domain/link';
import type { BatchAnswer, Outcome } from './batch-answer';
import type { Client } from './client';
import { type Bitrix24Error, PortalUnreachableError, WaitUntilError } from './errors';
import type { Pacing, Permit } from './pacing';
import type { Waiting } from './queue';

/** From a claim to the last byte of the request. Whoever finds an older claim may take the request as sent. */
const CLAIM_TO_WRITTEN_MS = 10_000;

/** Sends one batch: its turn, the claims, the request, each caller's own outcome. Never throws. */
export async function deliver(batch: readonly Waiting[], client: Client, pacing: Pacing): Promise<void> {
  const paced = await pace(batch, pacing);
  if (!paced) return;
  const { permit, admitted } = paced;
  const claimStartedAtMs = performance.now();
  await Promise.all(admitted.map(claim));
  const claimed = admitted.filter((waiting) => !waiting.settled);
  for (const waiting of claimed.filter(hasGivenUp)) waiting.reject(notSent('ABORTED', waiting));
  const sendable = claimed.filter((waiting) => !waiting.settled);
  if (sendable.length === 0) return quietly(permit.refund());
  await send(sendable, client, pacing, permit, CLAIM_TO_WRITTEN_MS - (performance.now() - claimStartedAtMs));
}

/** A method whose time is used up sends its own commands back and lets the others go. */
async function pace(
  batch: readonly Waiting[],
  pacing: Pacing,
): Promise<{ permit: Permit; admitted: Waiting[] } | null> {
  const lane: Lane = batch[0]?.submission.lane ?? 'live';
  for (;;) {
    const admitted = batch.filter((waiting) => !waiting.settled);
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

async function claim(waiting: Waiting): Promise<void> {
  if (waiting.settled || !waiting.submission.claim) return;
  if (hasGivenUp(waiting)) return waiting.reject(notSent('ABORTED', waiting));
  waiting.isClaiming = true;
  try {
    if (!(await waiting.submission.claim())) waiting.resolve({ kind: 'notClaimed' });
  } catch (error) {
    waiting.reject(error);
  }
}

async function send(
  batch: readonly Waiting[],
  client: Client,
  pacing: Pacing,
  permit: Permit,
  writeDeadlineMs: number,
): Promise<void> {
  for (const waiting of batch) waiting.isSent = true;
  try {
    const commands = batch.map(({ submission: { method, params } }) => ({ method, params }));
    const answer = await client.batch(commands, { writeDeadlineMs });
    batch.forEach((waiting, index) => pass(waiting, answer.outcomes[index]));
    await quietly(account(batch, answer, pacing, permit));
  } catch (error) {
    for (const waiting of batch) waiting.reject(error);
    if (error instanceof PortalUnreachableError) await quietly(permit.refund());
    if (error instanceof WaitUntilError) await quietly(permit.refused(error, 'batch'));
    // Anything else may have been carried out: its estimate stays charged.
  }
}

function pass(waiting: Waiting, outcome: Outcome | undefined): void {
  if (outcome?.ok) waiting.resolve({ kind: 'answered', answer: outcome.answer });
  else waiting.reject(outcome?.error);
}

async function account(
  batch: readonly Waiting[],
  answer: BatchAnswer,
  pacing: Pacing,
  permit: Permit,
): Promise<void> {
  const commands = batch.map(({ submission: { method } }, index) => {
    const outcome = answer.outcomes[index];
    return { method, time: outcome?.ok ? outcome.answer.time : null };
  });
  await permit.settle({ envelope: answer.time, commands });
  const refused = new Map<string, WaitUntilError>();
  answer.outcomes.forEach((outcome, index) => {
    const method = batch[index]?.submission.method;
    if (!outcome.ok && outcome.error instanceof WaitUntilError && method) refused.set(method, outcome.error);
  });
  for (const [method, error] of refused) await pacing.noteRefusal(error, method);
}

/** The budget's storage may be away; what was delivered stays delivered, and the estimate stays charged. */
const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

const hasGivenUp = (waiting: Waiting): boolean => waiting.submission.signal?.aborted ?? false;

export const notSent = (code: string, { submission }: Waiting): Bitrix24Error =>
  new PortalUnreachableError({ code, method: submission.method });
