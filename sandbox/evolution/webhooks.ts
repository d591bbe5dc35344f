import { setTimeout as delay } from 'node:timers/promises';
import { count, type EvolutionState } from './evolution-state';
import type { Hook, Instance } from './instance';

const attempts = 10;
const attemptTimeoutMs = 30_000;
const longestPauseMs = 300_000;
/** Answers after which Evolution does not try again. */
const finalStatuses = [400, 401, 403, 404, 422];

/** Local time that calls itself UTC, as Evolution writes it. */
const toLocalTime = (): string => new Date(Date.now() - 3 * 3_600_000).toISOString();

function createBody(
  evolution: EvolutionState,
  { name, token, ownerJid, hook }: Instance,
  event: string,
  data: unknown,
) {
  const isForeign = evolution.faults.take('wrongNumber', event) !== undefined;
  return JSON.stringify({
    event,
    instance: evolution.faults.take('wrongSession', event) ? 'another' : name,
    data,
    destination: hook?.url,
    date_time: toLocalTime(),
    sender: isForeign ? '4930999999999@s.whatsapp.net' : ownerJid,
    server_url: 'http://localhost:8080',
    apikey: token,
  });
}

function toHeaders(evolution: EvolutionState, hook: Hook, event: string): Record<string, string> {
  const isBroken = evolution.faults.take('badSignature', event) !== undefined;
  const given = Object.entries(hook.headers ?? {}).map(([name, value]): [string, string] => [
    name,
    isBroken ? `${value}-not` : value,
  ]);
  return { ...Object.fromEntries(given), 'content-type': 'application/json' };
}

/** Sends one webhook until it is answered with success, or with what ends it, or its tries are used up. */
async function deliver(
  evolution: EvolutionState,
  {
    url,
    headers,
    body,
    event,
  }: { url: string; headers: Record<string, string>; body: string; event: string },
): Promise<void> {
  const { signal } = evolution.stopped;
  for (let attempt = 0; attempt < attempts && !signal.aborted; attempt += 1) {
    const pauseMs = Math.min(5_000 * 2 ** (attempt - 1), longestPauseMs) * evolution.options.retryScale;
    if (attempt > 0) await delay(pauseMs, undefined, { signal });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]);
    const response = await fetch(url, { method: 'POST', headers, body, signal: limit }).catch(() => null);
    await response?.body?.cancel();
    count(evolution, `hook ${event} ${response?.status ?? 'unreachable'}`);
    if (response && (response.ok || finalStatuses.includes(response.status))) return;
  }
}

/** Tells the instance's webhook of an event that it wants, and waits for nothing. */
export function sendEvent(evolution: EvolutionState, instance: Instance, event: string, data: unknown): void {
  const { hook } = instance;
  const name = event.replace(/[.-]/g, '_').toUpperCase();
  if (!hook?.enabled || !hook.events.includes(name) || evolution.faults.take('lostHook', event)) return;
  const suffix = hook.webhookByEvents ? `/${name.replaceAll('_', '-').toLowerCase()}` : '';
  const body = createBody(evolution, instance, event, data);
  for (let copies = evolution.faults.take('doubleHook', event) ? 2 : 1; copies > 0; copies -= 1) {
    const headers = toHeaders(evolution, hook, event);
    const sending = deliver(evolution, { url: hook.url + suffix, headers, body, event }).catch(
      () => undefined,
    );
    evolution.hooksWaiting.add(sending);
    void sending.finally(() => evolution.hooksWaiting.delete(sending));
  }
}
