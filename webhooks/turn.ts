import { toldForMs, waitingAtMost, type WebhookEvent } from '../domain/webhooks/event';
import type { ReceiverDoc } from '../store/webhooks/receivers';
import { eachHappening } from '../store/webhooks/happenings';
import type { Store } from '../store/store';
import { kindOf, toEvents } from './events';
import { sendDue, type Sending, type Turn } from './send';

/** Clocks of processes differ, and a write may be seen late: each look goes back a little. */
const overlapMs = 60_000;
/** After a long time without a look, what happened is looked for in pieces of this length. */
const pieceMs = 3_600_000;
/** As long as an event may be found, and a day: that it was told is known until then. */
const rememberedMs = toldForMs + 24 * 3_600_000;

const later = (a: Date, b: Date): Date => (a > b ? a : b);

/** Changes of long ago are found with whatever happens to their document today, and are no news. */
const isFor = (
  { portalId, types, createdAt, toldFrom }: ReceiverDoc,
  event: WebhookEvent,
  oldest: Date,
): boolean =>
  (portalId === null || portalId === event.portalId) &&
  event.at >= later(toldFrom ?? createdAt, oldest) &&
  (types as readonly string[]).includes(event.type);

const eventsAtOnce = 500;

/** Queues what happened in a piece of time. */
async function collectPiece(
  store: Store,
  receiver: ReceiverDoc,
  { portalIds, ...piece }: { portalIds: string[]; since: Date; until: Date; oldest: Date },
): Promise<void> {
  const kinds = new Set(receiver.types.flatMap((type) => kindOf[type] ?? []));
  const own = receiver.portalId === null ? portalIds : [receiver.portalId];
  let found: WebhookEvent[] = [];
  for await (const happening of eachHappening(store, { kinds, portalIds: own, ...piece })) {
    found.push(...toEvents(happening).filter((event) => isFor(receiver, event, piece.oldest)));
    if (found.length < eventsAtOnce) continue;
    await store.notices.add(receiver._id, found);
    found = [];
  }
  await store.notices.add(receiver._id, found);
}

/**
 * Queues what happened since the last look, then moves the mark: after a crash between the two the same happenings are found again
 * and are known by their keys. A receiver for which enough waits gets no more for now: the mark stands, and what happened meanwhile
 * stays where it is.
 */
async function collect(store: Store, receiver: ReceiverDoc, portalIds: string[]): Promise<void> {
  const now = new Date();
  const oldest = new Date(now.getTime() - toldForMs);
  for (let mark = later(receiver.seenUntil, oldest); mark < now;) {
    if (await store.notices.hasWaiting(receiver._id, waitingAtMost)) return;
    const since = new Date(mark.getTime() - overlapMs);
    mark = new Date(Math.min(mark.getTime() + pieceMs, now.getTime()));
    await collectPiece(store, receiver, { portalIds, since, until: mark, oldest });
    await store.receivers.moveSeen(receiver._id, mark);
  }
}

const isQuiet = ({ setAside, quietUntil }: ReceiverDoc): boolean =>
  Boolean(setAside) || (quietUntil ?? 0) > new Date();

/**
 * What happened is queued for a receiver, and what is due is sent, for so long; to one that is set aside, or pauses after it did not
 * answer, nothing is sent. Several processes may do it at once.
 */
export async function takeTurn(sending: Sending, receiver: ReceiverDoc, forMs: number): Promise<Turn> {
  const { store } = sending;
  const untilMs = performance.now() + forMs;
  const portalIds = (await store.portals.list()).map(({ _id }) => _id);
  await collect(store, receiver, portalIds);
  if (isQuiet(receiver)) return { taken: 0, failed: 0, isSetAside: false };
  return sendDue(sending, receiver, untilMs);
}

/** What was queued long ago is forgotten, sent or not: a receiver that is gone fills no store. */
export const forgetOld = (store: Store): Promise<void> =>
  store.notices.forget(new Date(Date.now() - rememberedMs));
