import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Me, Session, WebhookConfig } from './session';
import { count, type WahaState } from './waha-state';

const attemptTimeoutMs = 30_000;

/** The body of a webhook. */
interface Envelope {
  id: string;
  timestamp: number;
  event: string;
  session: string;
  me: Me | null;
  payload: unknown;
  engine: string;
  environment: object;
}

function createEnvelope(waha: WahaState, session: Session, event: string, payload: unknown): Envelope {
  const { engine } = waha.options;
  const isForeign = waha.faults.take('wrongNumber', event) !== undefined;
  return {
    id: `evt_${randomBytes(13).toString('hex')}`,
    timestamp: Date.now(),
    event,
    session: waha.faults.take('wrongSession', event) ? 'another' : session.name,
    me: isForeign ? { id: '4930999999999@c.us', pushName: 'Other' } : session.me,
    payload,
    engine,
    environment: { version: '2026.6.1', engine, tier: 'PLUS' },
  };
}

function toHeaders(body: string, { hmac, customHeaders }: WebhookConfig, isBroken: boolean) {
  const key = hmac?.key ? hmac.key + (isBroken ? '-not' : '') : null;
  return {
    'content-type': 'application/json',
    'x-webhook-request-id': randomBytes(13).toString('hex'),
    'x-webhook-timestamp': String(Date.now()),
    ...(key === null
      ? {}
      : {
          'x-webhook-hmac': createHmac('sha512', key).update(body).digest('hex'),
          'x-webhook-hmac-algorithm': 'sha512',
        }),
    ...Object.fromEntries((customHeaders ?? []).map(({ name, value }) => [name, value])),
  };
}

/** WAHA's pauses: the same each time, growing by one, or doubled. Its default is 15 tries with 2 s between them. */
function toPauseMs({ retries }: WebhookConfig, attempt: number): number {
  const { policy = 'constant', delaySeconds = 2 } = retries ?? {};
  const factor = policy === 'exponential' ? 2 ** attempt : policy === 'linear' ? attempt + 1 : 1;
  return delaySeconds * 1000 * factor;
}

/** Sends one webhook until it is answered with success or its tries are used up. */
async function deliver(waha: WahaState, hook: WebhookConfig, body: string, event: string): Promise<void> {
  const { signal } = waha.stopped;
  const headers = toHeaders(body, hook, waha.faults.take('badSignature', event) !== undefined);
  const attempts = hook.retries?.attempts ?? 15;
  for (let attempt = 0; attempt <= attempts && !signal.aborted; attempt += 1) {
    if (attempt > 0) {
      await delay(toPauseMs(hook, attempt - 1) * waha.options.retryScale, undefined, { signal });
    }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]);
    const response = await fetch(hook.url, { method: 'POST', headers, body, signal: limit }).catch(
      () => null,
    );
    await response?.body?.cancel();
    count(waha, `hook ${event} ${response?.status ?? 'unreachable'}`);
    if (response?.ok) return;
  }
}

const isWanted = ({ events }: WebhookConfig, event: string) =>
  (events ?? []).some((wanted) => wanted === event || wanted === '*');

/** Tells every webhook of the session that wants the event, and waits for none of them. */
export function sendEvent(waha: WahaState, session: Session, event: string, payload: unknown): void {
  for (const hook of session.config.webhooks ?? []) {
    if (!isWanted(hook, event) || waha.faults.take('lostHook', event)) continue;
    const body = JSON.stringify(createEnvelope(waha, session, event, payload));
    for (let copies = waha.faults.take('doubleHook', event) ? 2 : 1; copies > 0; copies -= 1) {
      const sending = deliver(waha, hook, body, event).catch(() => undefined);
      waha.hooksWaiting.add(sending);
      void sending.finally(() => waha.hooksWaiting.delete(sending));
    }
  }
}
