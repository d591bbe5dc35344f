import { sendApart } from './halving';
import type { Waiting } from './queue';
import { type DeliveryDeps, notSent, pace, quietly, send } from './sending';

/** Sends one batch: its turn, the claims, the request, each caller's own outcome. Never throws. */
export async function deliver(batch: readonly Waiting[], deps: DeliveryDeps): Promise<void> {
  const paced = await pace(batch, deps.pacing);
  if (!paced) return;
  const { permit, admitted } = paced;
  const writeBeforeMs = performance.now() + deps.writeWindowMs;
  const sentAt = new Date();
  await Promise.all(admitted.map((waiting) => claim(waiting, sentAt)));
  const claimed = admitted.filter((waiting) => !waiting.isOver);
  for (const waiting of claimed.filter(hasGivenUp)) waiting.reject(notSent('ABORTED', waiting));
  const sendable = claimed.filter((waiting) => !waiting.isOver);
  if (sendable.length === 0) return quietly(permit.refund());
  for (const waiting of sendable) waiting.isSent = true;
  const refusal = await send(sendable, permit, deps, writeBeforeMs);
  if (refusal) await sendApart(sendable, refusal, deps, writeBeforeMs);
}

async function claim(waiting: Waiting, sentAt: Date): Promise<void> {
  if (waiting.isOver || !waiting.submission.claim) return;
  if (hasGivenUp(waiting)) return waiting.reject(notSent('ABORTED', waiting));
  waiting.isClaiming = true;
  try {
    if (!(await waiting.submission.claim(sentAt))) waiting.resolve({ kind: 'notClaimed' });
  } catch (error) {
    waiting.reject(error);
  }
}

const hasGivenUp = (waiting: Waiting): boolean => waiting.submission.signal?.aborted ?? false;
