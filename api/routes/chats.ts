import { z } from 'zod';
import { listChatsOf } from '../../sources/completeness';
import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';
import { messageSchema, toMessages } from '../cards/message-card';
import { toCard } from '../cards/to-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, timeQuery } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound } from '../http/problem';

const chatSchema = z
  .object({
    id: z.string(),
    portalId: z.string(),
    kind: z.enum(['direct', 'group']),
    accountId: z.string().nullable(),
    personId: z.string().nullable(),
    groupJid: z.string().nullable(),
    title: z.string().nullable(),
  })
  .meta({ id: 'Chat' });

const messageFilter = {
  order: z
    .enum(['newest', 'oldest'])
    .optional()
    .meta({ description: 'Which come first: those stored last, or first (`oldest`, unless given).' }),
  since: timeQuery.optional().meta({
    description: 'Only messages that came, or were edited, deleted or reacted to, then or later.',
  }),
};

/** The chat, or the one it was merged into: its messages are, or soon will be, there. */
async function loadChat({ chats }: Pick<Store, 'chats'>, chatId: string): Promise<ChatDoc> {
  const chat = orNotFound(await chats.load(chatId), 'chat');
  return chat.mergedInto === null ? chat : loadChat({ chats }, chat.mergedInto);
}

/** Chats and their messages. */
export function createChatRoutes({ store, cursors }: ApiContext): Endpoint[] {
  const tag = 'Messages';
  const id = idField.optional();
  return [
    pageEndpoint(cursors, 'GET /chats', {
      role: 'viewer',
      operationId: 'listChats',
      tag,
      summary: 'List chats, newest first',
      items: 'chats',
      item: chatSchema,
      filter: { portalId: id, accountId: id, personId: id },
      read: (filter, page) => store.chats.list(filter, page),
      show: (chats) => chats.map((chat) => toCard(chatSchema, chat)),
    }),
    endpoint('GET /chats/:chatId', {
      role: 'viewer',
      operationId: 'getChat',
      tag,
      summary: 'Show a chat; for one that was merged into another, that one',
      answers: { 200: { description: 'The chat.', schema: chatSchema } },
      handle: async ({ params }) => ok(toCard(chatSchema, await loadChat(store, params.chatId))),
    }),
    endpoint('GET /links/:linkId/chats', {
      role: 'viewer',
      operationId: 'listLinkChats',
      tag: 'Links',
      summary:
        'List the chats of a link’s person: with each of our numbers, then the groups they are or were in',
      answers: { 200: { description: 'The chats.', schema: z.object({ items: z.array(chatSchema) }) } },
      async handle({ params }) {
        const link = orNotFound(await store.links.load(params.linkId), 'link');
        const { direct, groups } = await listChatsOf(store, link);
        const chats = [...direct, ...groups.map(({ chat }) => chat)];
        return ok({ items: chats.map((chat) => toCard(chatSchema, chat)) });
      },
    }),
    pageEndpoint(cursors, 'GET /chats/:chatId/messages', {
      role: 'viewer',
      operationId: 'listChatMessages',
      tag,
      summary: 'List a chat’s messages in the order they were stored, or from the last one back',
      items: 'messages',
      item: messageSchema,
      filter: messageFilter,
      async read({ order = 'oldest', since }, page, { chatId = '' }) {
        const { _id } = await loadChat(store, chatId);
        return store.messages.list({ chatId: _id, order, since }, page);
      },
      show: (messages) => toMessages(store, messages),
    }),
  ];
}
