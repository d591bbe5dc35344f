import { AskAdminError, BadRequestError } from '../errors';
import type { Waiting } from './queue';
import { type DeliveryDeps, notSent, pace, quietly, send } from './sending';

/**
 * Something on the way, a firewall for example, refuses the whole request, perhaps for one text in it. If the portal
 * answers a harmless question, halves of halves find the command; it fails alone. If not, the portal's address is wrong.
 */
export async function sendApart(
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
      await quietly(permit.answered({ envelope: time, commands: [{ method, time }] }));
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
