import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../store/store';
import { toLoggable, type Logger, type Metrics } from '../../telemetry';
import type { ReceiverDoc } from '../../store/webhooks/receivers';
import type { Post } from '../../webhooks/post';
import { takeTurn } from '../../webhooks/turn';

interface Parts {
  store: Store;
  logger: Logger;
  metrics: Metrics;
  post: Post;
  /** Ends the loop. */
  signal: AbortSignal;
  everyMs?: number;
}

const turnMs = 20_000;

/** One turn of a receiver; what fails is tried with the next one. */
async function takeOne({ logger, metrics, ...sending }: Parts, receiver: ReceiverDoc): Promise<void> {
  const { _id: receiverId } = receiver;
  try {
    const { taken, failed, isSetAside } = await takeTurn(sending, receiver, turnMs);
    metrics.webhooks.inc({ outcome: 'sent' }, taken);
    metrics.webhooks.inc({ outcome: 'failed' }, failed);
    if (isSetAside)
      logger.error({ receiverId }, 'a webhook failed for days and is set aside; start it again');
  } catch (error) {
    logger.warn({ receiverId, ...toLoggable(error) }, 'webhooks of a receiver cannot be sent now');
  }
}

async function startTurns(parts: Parts, busy: Map<string, Promise<void>>): Promise<void> {
  for (const receiver of await parts.store.receivers.list()) {
    const { _id } = receiver;
    if (!busy.has(_id))
      busy.set(
        _id,
        takeOne(parts, receiver).finally(() => busy.delete(_id)),
      );
  }
}

/**
 * Gives every receiver a turn every few seconds until the signal is aborted. None waits for another one: a receiver that is slow or
 * broken stops nobody.
 */
export async function keepSendingWebhooks(parts: Parts): Promise<void> {
  const { logger, signal, everyMs = 3_000 } = parts;
  const busy = new Map<string, Promise<void>>();
  let isFailing = false;
  while (!signal.aborted) {
    try {
      await startTurns(parts, busy);
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn(toLoggable(error), 'webhooks cannot be sent now; trying again');
      isFailing = true;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(busy.values());
}
