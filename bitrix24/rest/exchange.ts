import { PortalUnreachableError, UnknownOutcomeError } from '../errors';
import type { StreamedBody } from './upload-body';
import { watchWrite } from './write-watch';

/** JSON, as it is or made while it is sent. */
export type Body = string | StreamedBody;

export interface ExchangeOptions {
  method: string;
  /** When the request must have left us, in `performance.now()` time. */
  writeBeforeMs: number;
  /** How long the answer may take once the request has left us. */
  answerTimeoutMs: number;
  signal: AbortSignal | undefined;
}

/** The answer over HTTP, whole. */
export interface HttpAnswer {
  status: number;
  location: string | null;
  retryAfterMs: number | null;
  text: string;
}

type GivenUp = 'ABORTED' | 'NOT_WRITTEN_IN_TIME' | 'NO_ANSWER_IN_TIME';

/**
 * One HTTP POST of JSON, never repeated and never redirected. Throws PortalUnreachableError when no byte went out and
 * UnknownOutcomeError when the answer is missing or cut off.
 */
export async function post(url: URL, body: Body, options: ExchangeOptions): Promise<HttpAnswer> {
  const { method, writeBeforeMs, answerTimeoutMs, signal } = options;
  const isTooLate = () => performance.now() >= writeBeforeMs;
  if (signal?.aborted) throw new PortalUnreachableError({ code: 'ABORTED', method });
  if (isTooLate()) throw new PortalUnreachableError({ code: 'NOT_WRITTEN_IN_TIME', method });

  const controller = new AbortController();
  let givenUp: GivenUp | null = null;
  const watch = watchWrite({ isTooLate, onWritten: () => startTimer('NO_ANSWER_IN_TIME', answerTimeoutMs) });
  const giveUp = (why: GivenUp) => {
    givenUp ??= why;
    watch.cut();
    controller.abort();
  };
  let timer: NodeJS.Timeout | undefined;
  const startTimer = (why: GivenUp, ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp(why), ms);
  };
  const onAbort = () => giveUp('ABORTED');
  startTimer('NOT_WRITTEN_IN_TIME', writeBeforeMs - performance.now());
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await watch.run(() => exchange(url, body, controller.signal));
  } catch (cause) {
    const code =
      givenUp ?? (watch.progress === 'unsent' && isTooLate() ? 'NOT_WRITTEN_IN_TIME' : codeOf(cause));
    throw watch.progress === 'unsent'
      ? new PortalUnreachableError({ code, method, cause })
      : new UnknownOutcomeError({ code, method, cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function exchange(url: URL, body: Body, signal: AbortSignal): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...lengthOf(body) },
    ...(typeof body === 'string' ? { body, redirect: 'manual' } : toStreamed(body)),
    signal,
  });
  return {
    status: response.status,
    location: response.headers.get('location'),
    retryAfterMs: toRetryAfterMs(response.headers.get('retry-after')),
    text: await readText(response),
  };
}

/** Fifty contacts with all their fields are a few MB: what is longer is no answer of a portal. */
const maxAnswerBytes = 64 * 1024 * 1024;

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the rest of the answer.
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > maxAnswerBytes) throw Object.assign(new Error(), { cause: { code: 'ANSWER_TOO_LARGE' } });
    chunks.push(chunk as Uint8Array);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * Only with these two does fetch not keep a copy of all that it sends, for a redirect that it might have to follow: with a moved portal
 * the outcome is then unknown, and what asks for it learns the new address.
 */
const toStreamed = (body: StreamedBody): RequestInit => ({
  body: ReadableStream.from(body.open()),
  duplex: 'half',
  redirect: 'error',
  window: null,
});

/** PHP reads no body of unknown length everywhere. */
const lengthOf = (body: Body): Record<string, string> =>
  typeof body === 'string' ? {} : { 'content-length': String(body.bytes) };

function toRetryAfterMs(header: string | null): number | null {
  const seconds = header === null ? Number.NaN : Number(header);
  return seconds > 0 ? Math.min(seconds, 3_600) * 1000 : null;
}

/** fetch wraps the reason (`ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_SOCKET` …) in a cause. */
function codeOf(error: unknown): string {
  const cause: unknown = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : null;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : 'NETWORK';
}
