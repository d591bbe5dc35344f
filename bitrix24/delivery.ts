import type { Lane } from '../domain/link';
import type { BatchAnswer, Outcome } from './batch-answer';
import type { Client } from './client';
import {
  AskAdminError,
  BadRequestError,
  type Bitrix24Error,
  PortalUnreachableError,
  WaitUntilError,
} from './errors';
import type { Pacing, Permit } from './pacing';
import type { Waiting } from './queue';

/** What a delivery works with. */
export interface DeliveryDeps {
  client: Client;
  pacing: Pacing;
  /** From a claim to the last byte of the request. Whoever finds an older claim may take the request as sent. */
  writeWindowMs: number;
}

/** Sends one batch: its turn, the claims, the request, each caller's own outcome. Never throws. */
export async function deliver(batch: readonly Waiting[], deps: DeliveryDeps): Promise<void> {
  const paced = await pace(batch, deps.pacing);
  if (!paced) return;
  const { permit, admitted } = paced;
  const writeBeforeMs = performance.now() + deps.writeWindowMs;
  const sentAt = new Date();
  await Promise.all(admitted.map((waiting) => claim(waiting, sentAt)));
  const claimed = admitted.filter((waiting) => !waiting.settled);
  for (const waiting of claimed.filter(hasGivenUp)) waiting.reject(notSent('ABORTED', waiting));
  const sendable = claimed.filter((waiting) => !waiting.settled);
  if (sendable.length === 0) return quietly(permit.refund());
  for (const waiting of sendable) waiting.isSent = true;
  const refusal = await send(sendable, permit, deps, writeBeforeMs);
  if (refusal) await sendApart(sendable, refusal, deps, writeBeforeMs);
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

async function claim(waiting: Waiting, sentAt: Date): Promise<void> {
  if (waiting.settled || !waiting.submission.claim) return;
  if (hasGivenUp(waiting)) return waiting.reject(notSent('ABORTED', waiting));
  waiting.isClaiming = true;
  try {
    if (!(await waiting.submission.claim(sentAt))) waiting.resolve({ kind: 'notClaimed' });
  } catch (error) {
    waiting.reject(error);
  }
}

/** Gives the refusal of a request that was not carried out because of, perhaps, one of its commands; nobody is told yet. */
async function send(
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

/**
 * Something on the way, a firewall for example, refuses the whole request, perhaps for one text in it. If the portal
 * answers a harmless question, halves of halves find the command; it fails alone. If not, the portal's address is wrong.
 */
async function sendApart(
  batch: readonly Waiting[],
  refusal: AskAdminError,
  deps: DeliveryDeps,
  writeBeforeMs: number,
): Promise<void> {
  const trouble = await askHarmlessly(refusal, deps);
  if (trouble) for (const waiting of batch) waiting.reject(trouble);
  else await halve(batch, refusal, deps, writeBeforeMs);
}

async function askHarmlessly(refusal: AskAdminError, { client, pacing }: DeliveryDeps): Promise<unknown> {
  const method = 'server.time';
  try {
    const permit = await pacing.acquire({ lane: 'live', commands: [method], batched: false });
    try {
      const { time } = await client.call(method, {});
      await quietly(permit.settle({ envelope: time, commands: [{ method, time }] }));
      return null;
    } catch (error) {
      const { advice, code } = refusal;
      const isSame = error instanceof AskAdminError && error.scope === 'request';
      const told = isSame ? new AskAdminError({ code, advice, scope: 'portal', cause: error }) : error;
      await quietly(permit.failed(told));
      return told;
    }
  } catch (error) {
    return error;
  }
}

async function halve(
  batch: readonly Waiting[],
  { code, method }: AskAdminError,
  deps: DeliveryDeps,
  writeBeforeMs: number,
): Promise<void> {
  const [only] = batch;
  if (batch.length === 1)
    return only?.reject(new BadRequestError({ code, method: only.submission.method ?? method }));
  const middle = Math.ceil(batch.length / 2);
  for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
    if (performance.now() >= writeBeforeMs) {
      for (const waiting of half) waiting.reject(notSent('NOT_WRITTEN_IN_TIME', waiting));
      continue;
    }
    const paced = await pace(half, deps.pacing);
    if (!paced) continue;
    const refusal = await send(paced.admitted, paced.permit, deps, writeBeforeMs);
    if (refusal) await halve(paced.admitted, refusal, deps, writeBeforeMs);
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
