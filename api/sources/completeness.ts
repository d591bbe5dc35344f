import { z } from 'zod';
import { toCountText, toGapText } from '../../domain/source/gap-text';
import { findCompleteness, type ChatCompleteness } from '../../sources/completeness';
import { livenessSchema, toLiveness } from '../cards/liveness-card';
import { pick, toCard } from '../cards/to-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { timeField } from '../http/fields';
import { orNotFound } from '../http/problem';
import { gapSchema } from './liveness';

const time = timeField.nullable();

const heldSchema = z.object({
  messages: z.number(),
  versions: z
    .number()
    .meta({ description: 'Messages, and their edits, deletions and reactions: each is told once.' }),
  unrouted: z.number().meta({ description: 'Just come in; the sweep looks after them.' }),
  oldestAt: time,
  newestAt: time,
});

const countedSchema = z.object({
  messages: z.number(),
  held: z.number(),
  missing: z.number(),
  from: timeField,
  to: timeField,
  saidAt: timeField,
});

const chatSchema = z
  .object({
    chatId: z.string(),
    kind: z.enum(['direct', 'group']),
    title: z.string().nullable(),
    accountId: z.string().nullable(),
    source: z.object({
      liveness: livenessSchema.nullable().meta({ description: 'How the source is now; null for a group.' }),
      readUpTo: time.meta({
        description:
          'Everything the source had up to then was asked for; null where its history is not read.',
      }),
      counted: countedSchema.extend({ text: z.string() }).nullable().meta({
        description:
          'How many messages the source says it has of a time, beside those held of the same time; null where it does not count.',
      }),
    }),
    held: heldSchema.meta({ description: 'Of a group: what was said while the person was in it.' }),
    onPage: z.number(),
    waiting: z.number(),
    refused: z.number().meta({ description: 'On the page as a line that says what could not be stored.' }),
    elsewhere: z.number().meta({
      description:
        'Held, and neither on this page nor waiting for it: left out by a group’s policy, or said before its member was linked.',
    }),
    isComplete: z.boolean().meta({
      description:
        'All that is held is on the page, no gap is open, and the source counts no more than is held.',
    }),
    gaps: z.array(gapSchema.extend({ text: z.string() })),
  })
  .meta({ id: 'ChatCompleteness', description: 'Counts are of versions.' });

type Shown = z.output<typeof chatSchema>;

const isComplete = ({ held, waiting, refused, elsewhere, gaps, counted }: ChatCompleteness): boolean =>
  (counted?.missing ?? 0) === 0 &&
  held.unrouted + waiting + refused + elsewhere === 0 &&
  gaps.every(({ closedAt }) => closedAt !== null);

function toChat(found: ChatCompleteness, liveness: Shown['source']['liveness'], timeZone: string): Shown {
  const { chat, sourceReadUpTo: readUpTo, gaps, counted: given, ...counts } = found;
  const counted = given && { ...given, text: toCountText(given, timeZone) };
  const { _id: chatId, kind, title, accountId } = chat;
  return pick(chatSchema, {
    ...{ chatId, kind, title, accountId, ...counts, source: { liveness, readUpTo, counted } },
    held: pick(heldSchema, found.held),
    isComplete: isComplete(found),
    gaps: gaps.map((gap) => ({ ...toCard(gapSchema, gap), text: toGapText(gap, timeZone) })),
  });
}

/** The proof that nothing is missing, or what is. */
export function createCompletenessRoutes({ store }: ApiContext): Endpoint[] {
  return [
    endpoint('GET /links/:linkId/completeness', {
      operationId: 'getCompleteness',
      role: 'viewer',
      tag: 'Links',
      summary: 'Per chat: what the source has, what we hold, what is on the page, and what may be missing',
      answers: {
        200: {
          description: 'The chats of the contact.',
          schema: z.object({ isComplete: z.boolean(), chats: z.array(chatSchema) }),
        },
      },
      async handle({ params }) {
        const link = orNotFound(await store.links.load(params.linkId), 'link');
        const [portal, accounts, found] = await Promise.all([
          store.portals.load(link.portalId),
          store.accounts.list(),
          findCompleteness(store, link),
        ]);
        const livenessOf = new Map(accounts.map((account) => [account._id, toLiveness(account)]));
        const chats = found.map((one) =>
          toChat(one, livenessOf.get(one.chat.accountId ?? '') ?? null, portal?.timeZone ?? 'UTC'),
        );
        return ok({ isComplete: chats.every((chat) => chat.isComplete), chats });
      },
    }),
  ];
}
