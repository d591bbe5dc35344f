import { isGivenUp, pauseAfterTry } from '../domain/webhooks/event';
import type { NoticeDoc } from '../store/webhooks/notices';
import type { ReceiverDoc } from '../store/webhooks/receivers';
import type { Store } from '../store/store';
import { loadDetails } from './details';
import { signRequest } from './sign';

const requestMs = 10_000;
/** Longer than a request may take: a notice that is still taken then belongs to a process that died. */
const takenMs = 30_000;

/** `away`: the receiver as a whole does not answer; `refused`: it answers, and did not take this one. */
type Outcome = { kind: 'taken' } | { kind: 'away' | 'refused'; reason: string };

const codeOf = (error: unknown): string => {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: unknown };
  if (typeof cause?.code === 'string') return cause.code;
  return typeof name === 'string' ? name : 'unknown';
};

/** Redirects are not followed: they would take the event to another address. The answer's body is not read. */
async function post(url: string, headers: Record<string, string>, body: string): Promise<Outcome> {
  try {
    const signal = AbortSignal.timeout(requestMs);
    const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal });
    await response.body?.cancel();
    const { status } = response;
    if (status >= 200 && status < 300) return { kind: 'taken' };
    return { kind: 'refused', reason: `HTTP ${status}` };
  } catch (error) {
    return { kind: 'away', reason: codeOf(error) };
  }
}

async function sendNotice(store: Store, receiver: ReceiverDoc, notice: NoticeDoc): Promise<Outcome> {
  const { _id: id, type, portalId, at, data } = notice;
  const details = receiver.details ? { details: await loadDetails(store, notice) } : {};
  const payload = { type, timestamp: at.toISOString(), data: { portalId, ...data, ...details } };
  const { headers, body } = signRequest(id, store.receivers.secretOf(receiver), payload, new Date());
  return post(store.receivers.urlOf(receiver), headers, body);
}

/** Notes what became of a notice. After a crash before this it is sent again, under the same id. */
async function record(store: Store, receiver: ReceiverDoc, notice: NoticeDoc, outcome: Outcome) {
  const now = new Date();
  if (outcome.kind === 'taken') {
    await store.notices.finish(notice, now);
    await store.receivers.noteSent(receiver._id, now);
    return;
  }
  const { reason } = outcome;
  const nextAt = new Date(now.getTime() + pauseAfterTry(notice.tries));
  await store.notices.putBack(notice, reason, isGivenUp(notice.createdAt, now) ? null : nextAt);
  await store.receivers.noteFailure(receiver._id, { at: now, reason });
}

/**
 * Sends what is due for a receiver until then, one after the other. A notice that it refuses waits alone; while the receiver is away
 * the others wait for the next turn. Gives how many were taken.
 */
export async function sendDue(store: Store, receiver: ReceiverDoc, untilMs: number): Promise<number> {
  let taken = 0;
  while (performance.now() < untilMs) {
    const notice = await store.notices.take(receiver._id, new Date(), takenMs);
    if (!notice) return taken;
    const outcome = await sendNotice(store, receiver, notice);
    await record(store, receiver, notice, outcome);
    if (outcome.kind === 'away') return taken;
    if (outcome.kind === 'taken') taken += 1;
  }
  return taken;
}
