import { z } from 'zod';
import { findChatByJid } from '../../store/chats/find-chat';
import type { ApiContext } from '../context';
import { accountEndpoint, type Endpoint } from '../http/endpoint';
import { judgeNow } from '../sources/judge-now';

const unixTime = z.number().nullable().meta({ description: 'Seconds since 1970.' });

const policySchema = z
  .object({
    syncGroups: z.boolean().meta({ description: 'Whether group messages come onto contacts’ pages.' }),
    includeChats: z.array(z.string()),
    excludeChats: z.array(z.string()),
    onlyLinkedContacts: z.boolean(),
    media: z.object({ maxBytes: z.number(), types: z.array(z.string()) }),
    historyDays: z
      .number()
      .nullable()
      .meta({ description: 'How far back messages are wanted; null: no limit.' }),
    pollSeconds: z.number(),
  })
  .meta({ id: 'IngestPolicy' });

const toSeconds = (at: Date | null): number | null => (at === null ? null : Math.floor(at.getTime() / 1_000));

const tag = 'Ingest';

/** Where a client goes on after a pause. */
export const createIngestCursorRoutes = ({ store }: ApiContext): Endpoint[] => [
  accountEndpoint('GET /ingest/cursor', {
    operationId: 'getIngestCursor',
    tag,
    summary: 'How far a chat is known, to go on from there or to walk back',
    query: z.strictObject({
      chatId: z.string().min(1).max(256).meta({ description: 'WhatsApp’s address of the chat.' }),
    }),
    answers: {
      200: {
        description: 'Null times: nothing is known of this chat.',
        schema: z.object({
          lastTimestamp: unixTime,
          lastIds: z.array(z.string()),
          oldestTimestamp: unixTime,
        }),
      },
    },
    async handle({ query, account }) {
      const chat = await findChatByJid(store, account, query.chatId);
      const extent = chat && (await store.messages.loadExtent(chat._id));
      return {
        status: 200,
        body: {
          lastTimestamp: toSeconds(extent?.newestAt ?? null),
          lastIds: extent?.newestIds ?? [],
          oldestTimestamp: toSeconds(extent?.oldestAt ?? null),
        },
      };
    },
  }),
];

/** Heartbeat and policy, for a client that delivers messages. */
export function createIngestClientRoutes(context: ApiContext): Endpoint[] {
  const { store, backupIntervalMs } = context;
  const policy: z.output<typeof policySchema> = {
    syncGroups: false,
    includeChats: [],
    excludeChats: [],
    onlyLinkedContacts: false,
    media: { maxBytes: store.media.limits.maxBytes, types: [] },
    historyDays: null,
    pollSeconds: Math.max(1, Math.round(backupIntervalMs / 1_000)),
  };
  return [
    accountEndpoint('POST /ingest/heartbeat', {
      operationId: 'sendHeartbeat',
      tag,
      summary: 'Say how the source is doing',
      body: z.strictObject({
        state: z.enum(['connected', 'logged_out', 'tab_closed', 'needs_qr', 'blocked']),
        version: z.string().max(64).optional(),
      }),
      answers: { 200: { description: 'Noted.', schema: z.object({ serverTime: z.iso.datetime() }) } },
      async handle({ body, account }) {
        const now = new Date();
        await store.accounts.recordHeartbeat(account._id, body.state, now);
        await judgeNow(context, account._id);
        return { status: 200, body: { serverTime: now.toISOString() } };
      },
    }),
    accountEndpoint('GET /ingest/policy', {
      operationId: 'getIngestPolicy',
      tag,
      summary: 'What is wanted from this account',
      answers: { 200: { description: 'The policy.', schema: policySchema } },
      handle: () => Promise.resolve({ status: 200, body: policy }),
    }),
  ];
}
