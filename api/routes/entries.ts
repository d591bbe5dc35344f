import { z } from 'zod';
import { sayAgain } from '../../intake/groups/say-again';
import { isTelling, type EntryDoc } from '../../store/delivery/entries';
import { pick, toCard } from '../cards/to-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, timeField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound, Problem } from '../http/problem';
import { backUpNowSignal } from '../../workflows/messages';

const state = z.enum(['planned', 'sending', 'delivered', 'removed']);

const bindingSchema = z.object({
  linkId: z.string(),
  crmContactId: z.number(),
  state: z.enum(['planned', 'bound', 'aside', 'ended', 'removed']).meta({
    description:
      '`aside`: the page cannot take it now, it follows by itself; `ended`: the link ended first; `removed`: taken from the page again.',
  }),
  why: z.string().nullable().meta({ description: 'The code of what keeps it from the page.' }),
});

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
    items: z.number().meta({ description: 'How many messages and changes it holds.' }),
    text: z.string(),
    attempt: z.number(),
    sentAt: timeField.nullable(),
    deliveredAt: timeField.nullable(),
    placeholder: z
      .boolean()
      .meta({ description: 'Bitrix24 refused its text, and a sentence stands in its place.' }),
    repeats: z
      .string()
      .nullable()
      .meta({ description: 'The placeholder whose text it says again, as it was.' }),
    bindings: z.array(bindingSchema).meta({
      description: 'Only of a group’s entry: all pages that it belongs on, and how far it is there.',
    }),
  })
  .meta({ id: 'Entry', description: 'One comment of ours on a contact’s page.' });

const toEntry = (entry: EntryDoc): z.output<typeof entrySchema> =>
  toCard(entrySchema, {
    ...entry,
    repeats: entry.repeats ?? null,
    items: entry.items.length,
    bindings: (entry.bindings ?? []).map((binding) => pick(bindingSchema, binding)),
  });

/** Comments of ours on contacts' pages, also those about to be written. */
export const createEntryRoutes = ({ store, cursors, linkWorkflows }: ApiContext): Endpoint[] => [
  pageEndpoint(cursors, 'GET /entries', {
    role: 'viewer',
    operationId: 'listEntries',
    tag: 'Messages',
    summary: 'List entries, newest first',
    items: 'entries',
    item: entrySchema,
    filter: {
      linkId: idField.optional().meta({
        description:
          'Entries of the link’s own chats, and those of its groups that name its page in `bindings`, which says whether they are there.',
      }),
      chatId: idField.optional(),
      state: state.optional(),
    },
    read: (filter, page) => store.entries.list(filter, page),
    show: (entries) => entries.map(toEntry),
  }),
  endpoint('GET /entries/:entryId', {
    role: 'viewer',
    operationId: 'getEntry',
    tag: 'Messages',
    summary: 'Show an entry',
    answers: { 200: { description: 'The entry.', schema: entrySchema } },
    async handle({ params }) {
      const entry = await store.entries.load(params.entryId);
      return ok(toEntry(orNotFound(entry && isTelling(entry) ? entry : null, 'entry')));
    },
  }),
  endpoint('POST /entries/:entryId/send-again', {
    role: 'agent',
    operationId: 'sendEntryAgain',
    tag: 'Messages',
    summary: 'Send again, as it was, what a placeholder stands for',
    answers: {
      202: { description: 'The new entry, or the one that was asked for before.', schema: entrySchema },
    },
    async handle({ params }) {
      const entry = orNotFound(await store.entries.load(params.entryId), 'entry');
      const { refused, placeholder, state: is } = entry;
      if (!placeholder || !refused || is !== 'delivered') throw new Problem('entry_not_refused');
      const { link, again } = await sayAgain(store, { ...entry, refused });
      const { state: of, crmContactId } = orNotFound(link, 'link');
      if (!link || of !== 'linked' || crmContactId === null) throw new Problem('link_not_linked');
      // A signal that is lost delays it until the next round.
      await linkWorkflows.signal(link, backUpNowSignal);
      return { status: 202, body: toEntry(orNotFound(again, 'entry')) };
    },
  }),
];
