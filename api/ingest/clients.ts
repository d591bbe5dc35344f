import { z } from 'zod';
import { usualPolicy, wantedSince } from '../../domain/source/policy';
import { fileWishOf } from '../../intake/files/file-wish';
import type { AccountDoc } from '../../store/accounts';
import { findChatByJid } from '../../store/chats/find-chat';
import type { ApiContext } from '../context';
import { accountEndpoint, type Endpoint } from '../http/endpoint';
import { judgeNow } from '../sources/judge-now';
import { countInput, heartbeatAnswer, maxCounts, noteCounts } from './counts';

const chatList = z.array(z.string());
const unixTime = z.number().nullable().meta({ description: 'Seconds since 1970.' });

const policySchema = z
  .object({
    syncGroups: z.boolean().meta({ description: 'Whether messages of groups are wanted.' }),
    includeChats: chatList.meta({ description: 'Only these chats are wanted; empty: all.' }),
    excludeChats: chatList.meta({ description: 'Chats that must never be sent.' }),
    excludeLabels: z.array(z.string()).meta({
      description:
        'Chats with one of these labels must never be sent. Say `chats[].labels` of all others: until then their messages wait here.',
    }),
    onlyLinkedContacts: z
      .boolean()
      .meta({ description: 'Of direct chats only those that `GET /ingest/chats/status` calls linked.' }),
    media: z.object({ maxBytes: z.number(), types: z.array(z.string()) }),
    historyDays: z.number().nullable(),
    historySince: unixTime.meta({ description: 'Seconds since 1970 from which on messages are wanted.' }),
    pollSeconds: z.number().meta({ description: 'How often the policy is to be read.' }),
    heartbeatSeconds: z
      .number()
      .meta({ description: 'A heartbeat is wanted this often; after three missed ones somebody is told.' }),
  })
  .meta({ id: 'IngestPolicy' });

const toSeconds = (at: Date | null): number | null => (at === null ? null : Math.floor(at.getTime() / 1_000));

const tag = 'Ingest';
const heartbeatSeconds = 300;

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

function toPolicy(
  { store, backupIntervalMs }: ApiContext,
  { policy, createdAt }: AccountDoc,
): z.output<typeof policySchema> {
  const given = { ...usualPolicy, ...policy };
  return {
    ...given,
    excludeLabels: given.excludeLabels ?? [],
    media: {
      ...given.media,
      maxBytes: fileWishOf(store, policy).maxBytes,
    },
    historySince: toSeconds(wantedSince(given, createdAt)),
    pollSeconds: Math.max(1, Math.round(backupIntervalMs / 1_000)),
    heartbeatSeconds,
  };
}

/** Heartbeat and policy, for a client that delivers messages. */
export function createIngestClientRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  return [
    accountEndpoint('POST /ingest/heartbeat', {
      operationId: 'sendHeartbeat',
      tag,
      summary: 'Say how the source is doing',
      // A newer client may say more: that is no reason to call it silent.
      body: z.object({
        state: z.enum(['connected', 'logged_out', 'tab_closed', 'needs_qr', 'blocked']),
        version: z.string().max(64).optional(),
        counts: z.array(countInput).max(maxCounts).optional().meta({
          description: 'How many messages the client has of chats, so that what is missing here is seen.',
        }),
      }),
      answers: { 200: { description: 'Noted.', schema: heartbeatAnswer } },
      async handle({ body, account }) {
        const now = new Date();
        await store.accounts.recordHeartbeat(account._id, body.state, now);
        await judgeNow(context, account._id);
        const incomplete = await noteCounts(store, account, body.counts ?? [], now);
        return { status: 200, body: { serverTime: now.toISOString(), incomplete } };
      },
    }),
    accountEndpoint('GET /ingest/policy', {
      operationId: 'getIngestPolicy',
      tag,
      summary: 'What is wanted from this account',
      answers: { 200: { description: 'The policy.', schema: policySchema } },
      handle: ({ account }) => Promise.resolve({ status: 200, body: toPolicy(context, account) }),
    }),
  ];
}
