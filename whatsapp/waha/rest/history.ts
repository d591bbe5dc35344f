import { z } from 'zod';
import type { PageAsk } from '../../rest/asking';
import type { WahaAsking } from './asking';
import type { Ask } from '../../rest/exchange';
import { chatShape, contactShape, lidShape, type LidPair, type WahaChat, type WahaContact } from './shapes';

/** A page of a chat's messages; times are inclusive and count in whole seconds, as WAHA's do. */
export interface MessagesAsk extends PageAsk {
  from?: Date | undefined;
  to?: Date | undefined;
}

/** All that the session holds: chats, messages, people. Lists end with an empty page; a short one is not the last. */
export interface WahaHistory {
  /** The chats, the one with the newest message first. */
  listChats(page: PageAsk): Promise<WahaChat[]>;
  /**
   * Messages as WAHA's webhooks carry them in `payload`, newest first, media not downloaded. The offset grows by `limit`
   * even after a short page. Each is a body for `translateWaha` once `toHistoryEvent` has put its envelope around it.
   */
  listMessages(chatId: string, page: MessagesAsk): Promise<unknown[]>;
  /** The number behind a LID; `pn` null: WhatsApp hides it from this account (not in the address book, not an admin). */
  fetchLid(lid: string): Promise<LidPair>;
  /** The pairs that WAHA knows. */
  listLids(page: PageAsk): Promise<LidPair[]>;
  listContacts(page: PageAsk): Promise<WahaContact[]>;
}

/** The store of an engine may need long for its first page. */
const historyTimeoutMs = 120_000;

const toSeconds = (time: Date | undefined) =>
  time === undefined ? undefined : Math.floor(time.getTime() / 1000);

const toPair = ({ lid, pn }: z.output<typeof lidShape>): LidPair => ({ lid, pn: pn ?? null });

export function createHistory({ session, askJson, askIfThere }: WahaAsking): WahaHistory {
  const get = (path: string, call: string, { limit, offset, signal }: PageAsk): Ask => ({
    ...{ method: 'GET', path: `/api/${session}/${path}`, call, signal, timeoutMs: historyTimeoutMs },
    query: { limit, offset },
  });
  return {
    listChats: (page) => {
      const ask = get('chats', 'chats', page);
      const query = { ...ask.query, sortBy: 'messageTimestamp', sortOrder: 'desc' };
      return askJson(z.array(chatShape), { ...ask, query });
    },
    listMessages: (chatId, { from, to, ...page }) => {
      const ask = get(`chats/${encodeURIComponent(chatId)}/messages`, 'chats/messages', page);
      const times = { 'filter.timestamp.gte': toSeconds(from), 'filter.timestamp.lte': toSeconds(to) };
      return askJson(z.array(z.unknown()), {
        ...ask,
        query: { ...ask.query, downloadMedia: false, ...times },
      });
    },
    fetchLid: async (lid) => {
      const path = `/api/${session}/lids/${encodeURIComponent(lid)}`;
      const found = await askIfThere(lidShape.nullable(), { method: 'GET', path, call: 'lids' });
      return found ? toPair(found) : { lid, pn: null };
    },
    listLids: async (page) => (await askJson(z.array(lidShape), get('lids', 'lids', page))).map(toPair),
    listContacts: (page) => askJson(z.array(contactShape), get('contacts/all', 'contacts', page)),
  };
}

/** A message of the history in the envelope of a webhook, for `translateWaha`. */
export const toHistoryEvent = (
  payload: unknown,
  {
    session,
    me,
    readAt,
  }: { session: string; me: { id: string; lid?: string | null | undefined } | null; readAt: Date },
): unknown => ({ event: 'message.any', session, timestamp: readAt.getTime(), me, payload });
