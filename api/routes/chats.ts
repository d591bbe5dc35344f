import { z } from 'zod';
import type { ChatDoc } from '../../store/chats/chats';
import type { MessageDoc } from '../../store/chats/messages';
import type { Page } from '../../store/queries';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { pageFields, pageSchema, readPage } from '../http/paging';
import { notFound } from '../http/problem';

const id = z.string().max(64).optional();

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

const messageSchema = z
  .object({
    id: z.string(),
    chatId: z.string(),
    accountId: z.string(),
    stanzaId: z.string(),
    fromMe: z.boolean(),
    senderPersonId: z.string().nullable(),
    senderName: z.string().nullable(),
    versions: z.array(
      z.object({
        event: z.enum(['create', 'edit', 'revoke', 'reaction']),
        kind: z.string(),
        text: z.string().nullable(),
        fileName: z.string().nullable(),
        quotedText: z.string().nullable(),
        forwarded: z.boolean(),
        sentAt: z.iso.datetime(),
        arrivedAt: z.iso.datetime(),
        entryId: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Message', description: 'A WhatsApp message with every version of it.' });

const toChat = ({ _id, portalId, kind, accountId, personId, groupJid, title }: ChatDoc) => ({
  ...{ id: _id, portalId, kind, accountId, personId, groupJid, title },
});

const toMessage = (message: MessageDoc) => ({
  id: message._id,
  chatId: message.chatId,
  accountId: message.accountId,
  stanzaId: message.stanzaId,
  fromMe: message.fromMe,
  senderPersonId: message.senderPersonId,
  senderName: message.versions.find(({ event }) => event === 'create')?.senderName ?? null,
  versions: message.versions.map((version) => ({
    event: version.event,
    kind: version.kind,
    text: version.text,
    fileName: version.fileName,
    quotedText: version.quotedText,
    forwarded: version.forwarded,
    sentAt: version.sentAt.toISOString(),
    arrivedAt: version.arrivedAt.toISOString(),
    entryId: version.entryId,
  })),
});

/** Chats and their messages. */
export function createChatRoutes({ store, cursors }: ApiContext): Endpoint[] {
  const tag = 'Messages';
  return [
    endpoint({
      ...{ method: 'get', path: '/chats', tag },
      summary: 'List chats, newest first',
      query: z.strictObject({ portalId: id, accountId: id, personId: id, ...pageFields }),
      answers: { 200: { description: 'A page of chats.', schema: pageSchema(chatSchema) } },
      async handle({ query: { cursor, limit, ...filter } }) {
        const read = (part: Page) => store.chats.list(filter, part);
        const toChats = (chats: ChatDoc[]) => chats.map(toChat);
        return { status: 200, body: await readPage(cursors, 'chats', { cursor, limit }, read, toChats) };
      },
    }),
    endpoint({
      ...{ method: 'get', path: '/chats/:chatId/messages', tag },
      summary: 'List a chat’s messages in the order they were stored',
      query: z.strictObject(pageFields),
      answers: { 200: { description: 'A page of messages.', schema: pageSchema(messageSchema) } },
      async handle({ params: { chatId }, query }) {
        if (!(await store.chats.load(chatId))) throw notFound('No such chat.');
        const body = await readPage(
          cursors,
          `messages-${chatId}`,
          query,
          ({ after, limit }) => store.messages.listOfChat(chatId, after, limit),
          (messages) => messages.map(toMessage),
        );
        return { status: 200, body };
      },
    }),
  ];
}
