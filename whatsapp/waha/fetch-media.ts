import { z } from 'zod';
import { ServerMissingError } from '../rest/errors';
import { createWahaAsking } from './rest/asking';

/** How a WAHA is reached: what its REST client takes. */
export interface WahaAccess {
  baseUrl: string;
  /** Null: WAHA runs without a key. */
  apiKey: string | null;
  session: string;
}

/** A file as WAHA told of it: its address then, and its message, by which it can be asked for once more. */
export interface WahaMedia {
  url: string | null;
  chatId: string;
  messageId: string;
}

export type WahaFile =
  | { kind: 'bytes'; bytes: AsyncIterable<Uint8Array>; mimeType: string | null; sizeBytes: number | null }
  | { kind: 'gone' }
  | { kind: 'away' };

const answerWithinMs = 30_000;
/** A file comes as fast as it comes, but it comes. */
const silentForMs = 60_000;

const messageShape = z.looseObject({ media: z.looseObject({ url: z.string().nullish() }).nullish() });

/**
 * The address of a file at the configured WAHA. WAHA writes its own idea of its host into addresses, often `localhost`: only the path behind
 * `/api/files/` is taken, so that no message can send our key, or us, to another host. Null: it is no address of a file.
 */
export function toFileUrl(baseUrl: string, given: string): URL | null {
  const base = new URL(baseUrl);
  const source = URL.parse(given, base.origin);
  const path = /\/api\/files\/[^?#]+$/.exec(source?.pathname ?? '')?.[0];
  if (!source || path === undefined || /%2f|%5c|\\/i.test(path)) return null;
  const url = new URL(base.origin);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`;
  return url.pathname.endsWith(path) ? url : null;
}

/** The chunks of a body; when none comes for a while it is given up. */
async function* readAlive(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('The file stopped coming.')), silentForMs);
      });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function download(url: URL, { apiKey }: WahaAccess): Promise<WahaFile> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), answerWithinMs);
  const response = await fetch(url, {
    // Followed, a redirect would take the key along.
    redirect: 'manual',
    headers: apiKey === null ? {} : { 'x-api-key': apiKey },
    signal: limit.signal,
  }).finally(() => clearTimeout(timer));
  const { status, headers, body } = response;
  if (status !== 200 || !body) {
    await body?.cancel();
    return { kind: status === 404 || status === 410 ? 'gone' : 'away' };
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  const sizeBytes = Number.isSafeInteger(length) && length >= 0 ? length : null;
  const mimeType = headers.get('content-type')?.split(';')[0]?.trim() || null;
  return { kind: 'bytes', bytes: readAlive(body), mimeType, sizeBytes };
}

/** WAHA downloads the file once more from WhatsApp; its new address, or null where WhatsApp has it no more. */
async function askAgain(access: WahaAccess, { chatId, messageId }: WahaMedia): Promise<string | null> {
  const { session, askJson } = createWahaAsking(access);
  const path = `/api/${session}/chats/${encodeURIComponent(chatId)}/messages/${encodeURIComponent(messageId)}`;
  const query = { downloadMedia: true };
  const { media } = await askJson(messageShape, { method: 'GET', path, call: 'chats/message', query });
  return media?.url ?? null;
}

/**
 * Fetches a file from a WAHA. WAHA deletes files after three minutes: one that is gone is asked for again, by its message. Errors of the
 * connection are `away`: the same may be had later.
 */
export async function fetchWahaMedia(access: WahaAccess, media: WahaMedia): Promise<WahaFile> {
  try {
    const first = media.url === null ? null : toFileUrl(access.baseUrl, media.url);
    const file = first ? await download(first, access) : { kind: 'gone' as const };
    if (file.kind !== 'gone') return file;
    const renewed = await askAgain(access, media);
    const url = renewed === null ? null : toFileUrl(access.baseUrl, renewed);
    return url ? await download(url, access) : { kind: 'gone' };
  } catch (error) {
    return { kind: error instanceof ServerMissingError ? 'gone' : 'away' };
  }
}
