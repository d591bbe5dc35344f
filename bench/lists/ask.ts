import { performance } from 'node:perf_hooks';

/** The API that is asked, and how often. */
export interface Asking {
  url: string;
  token: string;
  rounds: number;
}

export interface Timing {
  p50Ms: number;
  p99Ms: number;
}

/** A request as the page sends it: what somebody typed goes in the body. */
export interface Asked {
  path: string;
  body?: object;
}

async function askOnce(
  { url, token }: Asking,
  { path, body }: Asked,
): Promise<{ ms: number; body: unknown }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const startedMs = performance.now();
  const response = await fetch(
    `${url}${path}`,
    body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text.slice(0, 200)}`);
  return { ms: performance.now() - startedMs, body: JSON.parse(text) };
}

function toTiming(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** How long one person waits for it: one request after the other, the first of them to warm up. */
export async function time(asking: Asking, toAsk: (round: number) => Asked): Promise<Timing> {
  const times: number[] = [];
  await askOnce(asking, toAsk(asking.rounds));
  for (let round = 0; round < asking.rounds; round += 1) times.push((await askOnce(asking, toAsk(round))).ms);
  return toTiming(times);
}

/** The same for each page on the way through a list, so many pages deep. */
export async function timePages(asking: Asking, path: string, pages: number): Promise<Timing> {
  const times: number[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { ms, body } = await askOnce(asking, { path: `${path}${from}` });
    times.push(ms);
    cursor = (body as { nextCursor: string | null }).nextCursor;
    if (cursor === null) break;
  }
  return toTiming(times.slice(-asking.rounds));
}
