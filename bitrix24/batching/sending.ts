import type { Lane } from '../../domain/link';
import type { BatchAnswer, Outcome } from '../rest/batch-answer';
import type { Client } from '../rest/client';
import { AskAdminError, type Bitrix24Error, PortalUnreachableError, WaitUntilError } from '../errors';
import type { Pacing, Permit } from '../pacing/pacing';
import type { Waiting } from './queue';

/** What a delivery works with. */
export interface DeliveryDeps {
  client: Client;
  pacing: Pacing;
  /** From a claim to the last byte of the request. Whoever finds an older claim may take the request as sent. */
  writeWindowMs: number;
}

/**
 * Waits for the turn of a batch; null when nobody is left in it. A method whose time is used up sends its own commands back
 * and lets the others go.
 */
export async function pace(
  batch: readonly Waiting[],
  pacing: Pacing,
): Promise<{ permit: Permit; admitted: Waiting[] } | null> {
  const lane: Lane = batch[0]?.submission.lane ?? 'live';
  for (;;) {
    const admitted = batch.filter((waiting) => !waiting.isOver);
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

/** Gives the refusal of a request that was not carried out because of, perhaps, one of its commands; nobody is told yet. */
export async function send(
  batch: readonly Waiting[],
  permit: Permit,
  { client, pacing }: DeliveryDeps,
  writeBeforeMs: number,
): Promise<AskAdminError | null> {
  try {
    const commands = batch.map(({ submission: { method, params } }) => ({ method, params }));
    const answer = await client.batch(commands, { writeDeadlineMs: writeBeforeMs - performance.now() });
    batch.forEach((waiting, index) => pass(waiting, answer.outcomes[index]));
    await quietly(account(batch, answer, pacing, permit));
    return null;
  } catch (error) {
    if (error instanceof AskAdminError && error.scope === 'request') {
      await quietly(permit.failed(error));
      return error;
    }
    for (const waiting of batch) waiting.reject(error);
    await quietly(error instanceof WaitUntilError ? permit.refused(error, 'batch') : permit.failed(error));
    return null;
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
  await permit.answered({ envelope: answer.time, commands });
  const refused = new Map<string, WaitUntilError>();
  answer.outcomes.forEach((outcome, index) => {
    const method = batch[index]?.submission.method;
    if (!outcome.ok && outcome.error instanceof WaitUntilError && method) refused.set(method, outcome.error);
  });
  for (const [method, error] of refused) await pacing.noteRefusal(error, method);
}

/** The budget's storage may be away; what was delivered stays delivered, and the estimate stays charged. */
export const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

/** What a command is rejected with that certainly did not leave us. */
export const notSent = (code: string, { submission }: Waiting): Bitrix24Error =>
  new PortalUnreachableError({ code, method: submission.method });
