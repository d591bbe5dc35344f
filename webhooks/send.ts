import { deadAfter, isGivenUp, pauseAfterSilence, pauseAfterTry } from '../domain/webhooks/event';
import type { NoticeDoc } from '../store/webhooks/notices';
import type { ReceiverDoc } from '../store/webhooks/receivers';
import type { Store } from '../store/store';
import { loadDetails } from './details';
import type { Outcome, Post } from './post';
import { signRequest } from './sign';

/** What sending needs. */
export interface Sending {
  store: Store;
  post: Post;
}

/** What a receiver's turn came to. `isSetAside`: it was set aside by this turn. */
export interface Turn {
  taken: number;
  failed: number;
  isSetAside: boolean;
}

/** Longer than a request may take: a notice that is still taken then belongs to a process that died. */
const takenMs = 30_000;

async function sendNotice({ store, post }: Sending, receiver: ReceiverDoc, notice: NoticeDoc) {
  const { _id: id, type, portalId, at, data } = notice;
  const details = receiver.details ? { details: await loadDetails(store, notice) } : {};
  const payload = { type, timestamp: at.toISOString(), data: { portalId, ...data, ...details } };
  const request = signRequest(id, store.receivers.secretOf(receiver), payload, new Date());
  return post(store.receivers.urlOf(receiver), request);
}

/**
 * Notes what became of a notice: first on the notice, then on its receiver. After a crash before the first it is sent again, under the
 * same id. Gives whether the receiver was set aside.
 */
async function record(
  { notices, receivers }: Store,
  { _id: receiverId, failures }: ReceiverDoc,
  notice: NoticeDoc,
  outcome: Outcome,
): Promise<boolean> {
  const now = new Date();
  const after = (pauseMs: number) => new Date(now.getTime() + pauseMs);
  if (outcome.kind === 'taken') {
    await notices.finish(notice, now);
    await receivers.noteSent(receiverId, now);
    return false;
  }
  const { kind, reason } = outcome;
  await notices.putBack(notice, reason, isGivenUp(notice.tries) ? null : after(pauseAfterTry(notice.tries)));
  const quietUntil = kind === 'away' ? after(pauseAfterSilence((failures ?? 0) + 1)) : null;
  return receivers.noteFailure(receiverId, { at: now, reason }, quietUntil, deadAfter);
}

/**
 * Sends what is due for a receiver until then, one after the other, in the order in which it happened. A notice that it refuses waits
 * alone; while the receiver is away all of them wait.
 */
export async function sendDue(sending: Sending, receiver: ReceiverDoc, untilMs: number): Promise<Turn> {
  const turn: Turn = { taken: 0, failed: 0, isSetAside: false };
  while (performance.now() < untilMs && !turn.isSetAside) {
    const notice = await sending.store.notices.take(receiver._id, new Date(), takenMs);
    if (!notice) return turn;
    const outcome = await sendNotice(sending, receiver, notice);
    turn.isSetAside = await record(sending.store, receiver, notice, outcome);
    if (outcome.kind === 'taken') turn.taken += 1;
    else turn.failed += 1;
    if (outcome.kind === 'away') return turn;
  }
  return turn;
}
