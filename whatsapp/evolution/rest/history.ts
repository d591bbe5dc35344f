import { z } from 'zod';
import type { PageAsk } from '../../rest/asking';
import { readNumber, readPath } from '../../web/engine-data';
import { messageKey, type MessageKey } from '../payload';
import type { EvolutionAsking } from './asking';

/** A chat as the server lists it. */
export interface EvolutionChat {
  jid: string;
  lastMessageAt: Date | null;
}

/** A page of messages, each as webhooks carry it in `data`, and whether the server has more. */
export interface EvolutionPage {
  records: unknown[];
  isLast: boolean;
}

/** All that the server keeps of an instance; nothing where it was told to keep nothing (`DATABASE_SAVE_DATA_…`). */
export interface EvolutionHistory {
  /** The chats, the one with the newest message first. */
  listChats(page: PageAsk): Promise<EvolutionChat[]>;
  /** Messages of one chat, the newest first; both ends inclusive. */
  listMessages(jid: string, ask: PageAsk & { from: Date; to: Date }): Promise<EvolutionPage>;
  /** Where a message is, and whose it is; null: the server does not know it. */
  findKey(id: string): Promise<MessageKey | null>;
  /** Our groups with all their participants, as Baileys has them. */
  listGroups(): Promise<unknown[]>;
}

/** WhatsApp itself is asked for them. */
const groupsTimeoutMs = 30_000;
/** The server's database may need long for its first page. */
const historyTimeoutMs = 120_000;

const chatShape = z.looseObject({ remoteJid: z.string(), lastMessage: z.unknown().optional() });
const pageShape = z.looseObject({
  messages: z.looseObject({
    pages: z.number().nullish().catch(null),
    records: z.array(z.unknown()),
  }),
});

/** Of older versions the answer is of one chat more than was asked for: a where-clause that names nothing matches everything. */
const keyOf = (record: unknown): MessageKey | null =>
  messageKey.safeParse(readPath(record, 'key')).data ?? null;

function isOf(record: unknown, jid: string): boolean {
  const key = keyOf(record);
  return key !== null && (key.remoteJid === jid || key.remoteJidAlt === jid);
}

function toDate(seconds: number | null): Date | null {
  return seconds !== null && seconds > 0 && seconds < 8.64e12 ? new Date(seconds * 1_000) : null;
}

export function createHistory({ instance, askJson }: EvolutionAsking): EvolutionHistory {
  const findMessages = (where: object, { page, size, signal }: PagedAsk) =>
    askJson(pageShape, {
      ...{ method: 'POST', path: `/chat/findMessages/${instance}`, call: 'chat/findMessages' },
      // Evolution calls the size of a page its offset.
      body: { where, page, offset: size },
      ...{ signal, timeoutMs: historyTimeoutMs },
    });
  return {
    async listChats({ limit, offset, signal }) {
      const found = await askJson(z.array(chatShape).nullable(), {
        ...{ method: 'POST', path: `/chat/findChats/${instance}`, call: 'chat/findChats' },
        ...{ body: { where: {}, take: limit, skip: offset }, signal, timeoutMs: historyTimeoutMs },
      });
      return (found ?? []).map(({ remoteJid, lastMessage }) => ({
        jid: remoteJid,
        lastMessageAt: toDate(readNumber(lastMessage, 'messageTimestamp')),
      }));
    },
    async listMessages(jid, { from, to, limit, offset, signal }) {
      const page = Math.floor(offset / limit) + 1;
      const messageTimestamp = { gte: from.toISOString(), lte: to.toISOString() };
      const { messages } = await findMessages(
        { key: { remoteJid: jid }, messageTimestamp },
        { page, size: limit, signal },
      );
      const { records, pages } = messages;
      const isLast = records.length === 0 || (pages != null && page >= pages);
      return { records: records.filter((record) => isOf(record, jid)), isLast };
    },
    async findKey(id) {
      const { messages } = await findMessages({ key: { id } }, { page: 1, size: 10 });
      return messages.records.map(keyOf).find((key) => key?.id === id) ?? null;
    },
    listGroups: () =>
      askJson(z.array(z.unknown()), {
        ...{ method: 'GET', path: `/group/fetchAllGroups/${instance}`, call: 'group/fetchAllGroups' },
        ...{ query: { getParticipants: true }, timeoutMs: groupsTimeoutMs },
      }),
  };
}

interface PagedAsk {
  page: number;
  size: number;
  signal?: AbortSignal | undefined;
}
