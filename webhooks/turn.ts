import type { WebhookEvent } from '../domain/webhooks/event';
import type { ReceiverDoc } from '../store/webhooks/receivers';
import { eachHappening } from '../store/webhooks/happenings';
import type { Store } from '../store/store';
import { kindOf, toEvents } from './events';
import { sendDue } from './send';

/** Clocks of processes differ, and a write may be seen late: each look goes back a little. */
const overlapMs = 60_000;
const rememberedMs = 30 * 24 * 3_600_000;

const isFor = ({ portalId, types, createdAt }: ReceiverDoc, event: WebhookEvent): boolean =>
  (portalId === null || portalId === event.portalId) &&
  event.at >= createdAt &&
  (types as readonly string[]).includes(event.type);

const eventsAtOnce = 500;

/**
 * Queues what happened since the last look, then moves the mark: after a crash between the two the same happenings are found again
 * and are known by their keys.
 */
async function collect(store: Store, receiver: ReceiverDoc, portalIds: string[]): Promise<void> {
  const startedAt = new Date();
  const since = new Date(receiver.seenUntil.getTime() - overlapMs);
  const kinds = new Set(receiver.types.flatMap((type) => kindOf[type] ?? []));
  const own = receiver.portalId === null ? portalIds : [receiver.portalId];
  let found: WebhookEvent[] = [];
  for await (const happening of eachHappening(store, { kinds, portalIds: own, since })) {
    found.push(...toEvents(happening).filter((event) => isFor(receiver, event)));
    if (found.length < eventsAtOnce) continue;
    await store.notices.add(receiver._id, found);
    found = [];
  }
  await store.notices.add(receiver._id, found);
  await store.receivers.moveSeen(receiver._id, startedAt);
}

/** What happened is queued for a receiver, and what is due is sent, for so long. Several processes may do it at once. Gives how many were taken. */
export async function takeTurn(store: Store, receiver: ReceiverDoc, forMs: number): Promise<number> {
  const untilMs = performance.now() + forMs;
  const portalIds = (await store.portals.list()).map(({ _id }) => _id);
  await collect(store, receiver, portalIds);
  return sendDue(store, receiver, untilMs);
}

/** What was sent long ago is forgotten. */
export const forgetOld = (store: Store): Promise<void> =>
  store.notices.forget(new Date(Date.now() - rememberedMs));
