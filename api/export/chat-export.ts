import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';
import { toMessages, type MessageCard } from '../cards/message-card';
import { toTitle } from './export-title';
import type { ApiContext } from '../context';
import { streamCsv } from '../http/csv';
import { endpoint, type Endpoint } from '../http/endpoint';
import { orNotFound } from '../http/problem';
import { exportPolicy, htmlEnd, htmlHead, toHtml } from './chat-html';

const portion = 200;

/** All messages of a chat in the order they were stored, in portions: an export of any length needs little memory. */
async function* readMessages(store: Store, chatId: string): AsyncGenerator<MessageCard[]> {
  let after: string | null = null;
  for (;;) {
    const docs = await store.messages.list(
      { chatId, order: 'oldest', since: undefined },
      { after, limit: portion },
    );
    const last = docs.at(-1);
    if (!last) return;
    yield await toMessages(store, docs);
    after = last._id;
  }
}

async function* toJson(head: object, parts: AsyncIterable<MessageCard[]>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"messages":[`;
  let separator = '\n';
  for await (const cards of parts)
    for (const card of cards) {
      yield `${separator}${JSON.stringify(card)}`;
      separator = ',\n';
    }
  yield '\n]}\n';
}

async function* toPage(title: string, parts: AsyncIterable<MessageCard[]>): AsyncGenerator<string> {
  yield htmlHead(title);
  for await (const cards of parts) yield cards.map(toHtml).join('');
  yield htmlEnd;
}

const head = [
  'message',
  'version',
  'event',
  'kind',
  'direction',
  'sender',
  'sentAt',
  'arrivedAt',
  'text',
  'file',
  'state',
  'commentId',
];

const toRows = (card: MessageCard): string[][] =>
  card.versions.map((version, index) => [
    ...[
      card.id,
      String(index),
      version.event,
      version.kind,
      card.fromMe ? 'out' : 'in',
      card.senderName ?? '',
    ],
    ...[version.sentAt.toISOString(), version.arrivedAt.toISOString(), version.text ?? ''],
    ...[version.file?.fileName ?? version.fileName ?? '', version.delivery.state],
    String(version.delivery.commentId ?? ''),
  ]);

async function* toTable(parts: AsyncIterable<MessageCard[]>): AsyncGenerator<string[][]> {
  for await (const cards of parts) yield cards.flatMap(toRows);
}

const types = { html: 'text/html', json: 'application/json', csv: 'text/csv' } as const;
type Format = keyof typeof types;

async function write(store: Store, chat: ChatDoc, format: Format): Promise<AsyncIterable<string>> {
  const parts = readMessages(store, chat._id);
  if (format === 'csv') return streamCsv(head, toTable(parts));
  const title = await toTitle(store, chat);
  return format === 'html'
    ? toPage(title, parts)
    : toJson({ chatId: chat._id, title, exportedAt: new Date() }, parts);
}

async function loadChat(store: Store, chatId: string): Promise<ChatDoc> {
  const chat = orNotFound(await store.chats.load(chatId), 'chat');
  return chat.mergedInto === null ? chat : loadChat(store, chat.mergedInto);
}

/** A chat to take along: a page that prints well, data, or a table. */
export const createChatExportRoutes = ({ store }: ApiContext): Endpoint[] => [
  endpoint('GET /chats/:chatId/export', {
    role: 'viewer',
    operationId: 'exportChat',
    tag: 'Messages',
    summary:
      'A whole chat as a page that prints well, as JSON or as a table, with all versions and where each is',
    query: z.strictObject({
      format: z.enum(['html', 'json', 'csv']).optional().meta({ description: '`html` unless given.' }),
    }),
    answers: { 200: { description: 'The file.', schema: z.string(), bytes: true } },
    async handle({ params, query: { format = 'html' } }) {
      const chat = await loadChat(store, params.chatId);
      const headers = {
        'Content-Type': `${types[format]}; charset=utf-8`,
        'Content-Disposition': `attachment; filename="chat-${chat._id}.${format}"`,
        'Content-Security-Policy': exportPolicy,
        'Cache-Control': 'no-store',
      };
      return { status: 200, type: 'bytes', headers, body: Readable.from(await write(store, chat, format)) };
    },
  }),
];
