import {
  ServerAnswerError,
  ServerError,
  ServerKeyError,
  ServerMissingError,
  ServerStateError,
  ServerUnreachableError,
  type ServerWords,
} from './errors';

/** One request to a server's REST interface. */
export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base, ids encoded. */
  path: string;
  /** The route without ids, for errors and metrics. */
  call: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  accept?: string;
  maxBytes?: number;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

export interface Exchange {
  ask(ask: Ask): Promise<{ bytes: Buffer; contentType: string }>;
}

export interface ExchangeOptions {
  words: ServerWords;
  /** The address of the server, with a path where a proxy puts it below one. */
  baseUrl: string;
  /** The header that opens it; none where it runs without a key. */
  headers: Record<string, string>;
  timeoutMs?: number | undefined;
}

const usualTimeoutMs = 30_000;
/** A page of a hundred messages with what the engines add is a few hundred kB. */
const usualMaxBytes = 32 * 1024 * 1024;

/** The address of a call. Its host is the base's always: paths are appended, never resolved. */
export function toUrl(baseUrl: string, { path, query = {} }: Pick<Ask, 'path' | 'query'>): URL {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

async function readBody(
  response: Response,
  { call, maxBytes = usualMaxBytes }: Ask,
  words: ServerWords,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error cancels the rest of the answer.
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > maxBytes) throw new ServerAnswerError('’s answer is too large', { words, call });
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

function refuse(status: number, call: string, words: ServerWords): void {
  const facts = { words, call, status };
  if (status < 300) return;
  if (status < 400) throw new ServerAnswerError('’s address leads elsewhere', facts);
  if (status === 401 || status === 403) throw new ServerKeyError(facts);
  if (status === 404) throw new ServerMissingError(facts);
  if (status === 409 || status === 422) throw new ServerStateError(facts);
  if (status === 408 || status === 429 || status >= 500) throw new ServerUnreachableError(facts);
  throw new ServerAnswerError(' refuses this request', facts);
}

/** Asks a server: bounded in time and size, without retries. Redirects are not followed: they would take the key along. */
export function createExchange({
  words,
  baseUrl,
  headers,
  timeoutMs = usualTimeoutMs,
}: ExchangeOptions): Exchange {
  async function fetchAnswer(ask: Ask): Promise<{ bytes: Buffer; contentType: string }> {
    const limit = AbortSignal.timeout(ask.timeoutMs ?? timeoutMs);
    const response = await fetch(toUrl(baseUrl, ask), {
      method: ask.method,
      redirect: 'manual',
      signal: ask.signal ? AbortSignal.any([ask.signal, limit]) : limit,
      headers: {
        accept: ask.accept ?? 'application/json',
        ...headers,
        ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    });
    const isGood = response.status < 300;
    if (!isGood) await response.body?.cancel();
    refuse(response.status, ask.call, words);
    return {
      bytes: await readBody(response, ask, words),
      contentType: response.headers.get('content-type')?.split(';')[0]?.trim() ?? '',
    };
  }
  return {
    async ask(ask) {
      try {
        return await fetchAnswer(ask);
      } catch (error) {
        if (error instanceof ServerError || ask.signal?.aborted) throw error;
        throw new ServerUnreachableError({ words, call: ask.call, cause: error });
      }
    },
  };
}
