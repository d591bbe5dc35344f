import { z } from 'zod';
import { toCard } from '../cards/to-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, timeField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound } from '../http/problem';
import { tryAgain } from './try-again';

const fields = {
  id: z.string(),
  portalId: z.string(),
  accountId: z.string(),
  source: z.string(),
  code: z.string().meta({ description: 'Stable; `reason` says it in words.' }),
  reason: z.string(),
  receivedAt: timeField,
};

const listed = z
  .object(fields)
  .meta({ id: 'Unreadable', description: 'Something a source sent that this version does not understand.' });

const shown = z
  .object({
    ...fields,
    payload: z.string().meta({ description: 'As it came, as JSON; a very long one is cut.' }),
  })
  .meta({ id: 'UnreadablePayload' });

const outcome = z
  .object({
    outcome: z.enum(['read', 'nothing', 'unreadable']).meta({
      description:
        '`read`: it is a message now, and no longer here; `nothing`: it is no message; `unreadable`: as before, or for another reason.',
    }),
  })
  .meta({ id: 'ReadAgain' });

const tag = 'Accounts';

/** What could not be read: listed, shown, tried again, deleted. After an upgrade it is tried again by itself. */
export const createUnreadableRoutes = (context: ApiContext): Endpoint[] => [
  pageEndpoint(context.cursors, 'GET /unreadable', {
    role: 'viewer',
    operationId: 'listUnreadable',
    tag,
    summary: 'List what could not be read, newest first',
    items: 'unreadable',
    item: listed,
    filter: { accountId: idField.optional() },
    read: ({ accountId }, page) => context.store.unreadable.list({ accountId }, page),
    show: (rows) => rows.map((row) => toCard(listed, row)),
  }),
  endpoint('GET /unreadable/:unreadableId', {
    role: 'admin',
    operationId: 'getUnreadable',
    tag,
    summary: 'Show what could not be read, as it came',
    answers: { 200: { description: 'The payload and why it could not be read.', schema: shown } },
    async handle({ params }) {
      const row = orNotFound(await context.store.unreadable.load(params.unreadableId), 'payload');
      return ok(toCard(shown, { ...row, payload: row.raw }));
    },
  }),
  endpoint('POST /unreadable/:unreadableId/try-again', {
    role: 'agent',
    operationId: 'readUnreadableAgain',
    tag,
    summary: 'Read it again',
    answers: { 200: { description: 'What became of it.', schema: outcome } },
    async handle({ params }) {
      const row = orNotFound(await context.store.unreadable.load(params.unreadableId), 'payload');
      return ok({ outcome: await tryAgain(context, row) });
    },
  }),
  endpoint('DELETE /unreadable/:unreadableId', {
    role: 'admin',
    operationId: 'deleteUnreadable',
    tag,
    summary: 'Delete it for good',
    answers: { 204: { description: 'It is gone.' } },
    async handle({ params }) {
      const isGone = await context.store.unreadable.remove(params.unreadableId);
      orNotFound(isGone ? true : null, 'payload');
      return { status: 204, body: null };
    },
  }),
];
