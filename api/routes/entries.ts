import { z } from 'zod';
import { toLinkTarget } from '../../domain/ids';
import type { EntryDoc } from '../../store/delivery/entries';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { time, toIso } from '../cards/link-card';
import { pageFields, pageSchema, readPage } from '../http/paging';

const state = z.enum(['planned', 'sending', 'delivered', 'removed']);

const entrySchema = z
  .object({
    id: z.string(),
    target: z.string().meta({ description: '`link/<linkId>`, or `group/<chatId>`.' }),
    chatId: z.string(),
    lane: z.enum(['live', 'history']),
    seq: z.number(),
    state,
    crmContactId: z.number(),
    commentId: z.number().nullable(),
    items: z.number().meta({ description: 'How many messages and changes it tells.' }),
    text: z.string(),
    attempt: z.number(),
    sentAt: time,
    deliveredAt: time,
  })
  .meta({ id: 'Entry', description: 'One comment of ours on a contact’s page.' });

const toEntry = (entry: EntryDoc): z.output<typeof entrySchema> => {
  const { _id, target, chatId, lane, seq, crmContactId, commentId, items, text, attempt } = entry;
  return {
    ...{ id: _id, target, chatId, lane, seq, state: entry.state, crmContactId, commentId },
    ...{ items: items.length, text, attempt },
    sentAt: toIso(entry.sentAt),
    deliveredAt: toIso(entry.deliveredAt),
  };
};

/** What was written, or is about to be, on contacts' pages. */
export const createEntryRoutes = ({ store, cursors }: ApiContext): Endpoint[] => [
  endpoint({
    ...{ method: 'get', path: '/entries', tag: 'Messages' },
    summary: 'List entries, newest first',
    query: z.strictObject({
      linkId: z.string().max(64).optional(),
      chatId: z.string().max(64).optional(),
      state: state.optional(),
      ...pageFields,
    }),
    answers: { 200: { description: 'A page of entries.', schema: pageSchema(entrySchema) } },
    async handle({ query: { linkId, chatId, state: wanted, ...page } }) {
      const target = linkId === undefined ? undefined : toLinkTarget(linkId);
      const body = await readPage(
        cursors,
        'entries',
        page,
        (part) => store.entries.list({ target, chatId, state: wanted }, part),
        (entries) => entries.map(toEntry),
      );
      return { status: 200, body };
    },
  }),
];
