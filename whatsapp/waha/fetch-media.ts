import { z } from 'zod';
import { download, type SourceFile } from '../rest/download';
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

/** WAHA downloads the file once more from WhatsApp; its new address, or null where WhatsApp has it no more. */
async function askAgain(access: WahaAccess, { chatId, messageId }: WahaMedia): Promise<string | null> {
  const { session, askJson } = createWahaAsking(access);
  const path = `/api/${session}/chats/${encodeURIComponent(chatId)}/messages/${encodeURIComponent(messageId)}`;
  const query = { downloadMedia: true };
  const { media } = await askJson(messageShape, { method: 'GET', path, call: 'chats/message', query });
  return media?.url ?? null;
}

const headersOf = ({ apiKey }: WahaAccess): Record<string, string> =>
  apiKey === null ? {} : { 'x-api-key': apiKey };

/**
 * Fetches a file from a WAHA. WAHA deletes files after three minutes: one that is gone is asked for again, by its message. Errors of the
 * connection are `away`: the same may be had later.
 */
export async function fetchWahaMedia(access: WahaAccess, media: WahaMedia): Promise<SourceFile> {
  try {
    const first = media.url === null ? null : toFileUrl(access.baseUrl, media.url);
    const file = first ? await download(first, headersOf(access)) : { kind: 'gone' as const };
    if (file.kind !== 'gone') return file;
    const renewed = await askAgain(access, media);
    const url = renewed === null ? null : toFileUrl(access.baseUrl, renewed);
    return url ? await download(url, headersOf(access)) : { kind: 'gone' };
  } catch (error) {
    return { kind: error instanceof ServerMissingError ? 'gone' : 'away' };
  }
}
