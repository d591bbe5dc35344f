import { z } from 'zod';
import { excludeChat, excludePerson, includeChat, includePerson } from '../../intake/exclude';
import { messagesArrivedSignal } from '../../workflows/messages';
import type { Excluded } from '../../domain/privacy/excluded';
import { toWho, whoSchema } from '../cards/who-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { timeField } from '../http/fields';
import { orNotFound } from '../http/problem';

const exclusionSchema = z
  .object({
    isExcluded: z.boolean(),
    since: timeField.nullable(),
    who: whoSchema.nullable(),
    meaning: z.string().meta({ description: 'What becomes of what comes, and of what waits, in words.' }),
  })
  .meta({ id: 'Exclusion', description: 'Whether anything is taken in of a person or a chat.' });

const words = {
  excluded:
    'Nothing that comes from now on is taken in, of direct chats and of their lines in groups. What waited for the page is held, and goes there when this is undone; what is on the page stays.',
  included:
    'Everything is taken in. What came while it was excluded was not kept, and comes only by reading the past again.',
};

const toExclusion = (excluded: Excluded | null | undefined): z.output<typeof exclusionSchema> => ({
  isExcluded: Boolean(excluded),
  since: excluded?.at ?? null,
  who: excluded?.who ?? null,
  meaning: excluded ? words.excluded : words.included,
});

const answers = { 200: { description: 'How it is now.', schema: exclusionSchema } };
const tag = 'Privacy';

function createOfPerson(context: ApiContext): Endpoint[] {
  const { store } = context;
  const load = async (personId: string) => orNotFound(await store.people.load(personId), 'person');
  return [
    endpoint('GET /people/:personId/exclusion', {
      role: 'viewer',
      operationId: 'getPersonExclusion',
      tag,
      summary: 'Whether a person is excluded',
      answers,
      handle: async ({ params }) => ok(toExclusion((await load(params.personId)).excluded)),
    }),
    endpoint('PUT /people/:personId/exclusion', {
      role: 'agent',
      operationId: 'excludePerson',
      tag,
      summary: 'Exclude a person: nothing more is taken in of them, until it is undone',
      answers,
      async handle({ params, actor }) {
        const marked = await excludePerson(store, await load(params.personId), {
          at: new Date(),
          who: toWho(actor),
        });
        return ok(toExclusion(marked?.excluded));
      },
    }),
    endpoint('DELETE /people/:personId/exclusion', {
      role: 'agent',
      operationId: 'includePerson',
      tag,
      summary: 'Take in what comes of a person again',
      answers,
      async handle({ params }) {
        const person = await load(params.personId);
        const parked = await includePerson(store, person);
        if (parked !== null)
          await context.linkWorkflows.signal(
            { _id: parked, portalId: person.portalId },
            messagesArrivedSignal,
          );
        return ok(toExclusion(null));
      },
    }),
  ];
}

function createOfChat(context: ApiContext): Endpoint[] {
  const { store } = context;
  const load = async (chatId: string) => orNotFound(await store.chats.load(chatId), 'chat');
  return [
    endpoint('GET /chats/:chatId/exclusion', {
      role: 'viewer',
      operationId: 'getChatExclusion',
      tag,
      summary: 'Whether a chat is excluded',
      answers,
      handle: async ({ params }) => ok(toExclusion((await load(params.chatId)).excluded)),
    }),
    endpoint('PUT /chats/:chatId/exclusion', {
      role: 'agent',
      operationId: 'excludeChat',
      tag,
      summary: 'Exclude a chat, with a person or a group: nothing more is taken in of it, until it is undone',
      answers,
      async handle({ params, actor }) {
        const marked = await excludeChat(store, await load(params.chatId), {
          at: new Date(),
          who: toWho(actor),
        });
        return ok(toExclusion(marked?.excluded));
      },
    }),
    endpoint('DELETE /chats/:chatId/exclusion', {
      role: 'agent',
      operationId: 'includeChat',
      tag,
      summary: 'Take in what comes of a chat again',
      answers,
      async handle({ params }) {
        const chat = await load(params.chatId);
        const parked = await includeChat(store, chat);
        if (parked !== null)
          await context.linkWorkflows.signal({ _id: parked, portalId: chat.portalId }, messagesArrivedSignal);
        return ok(toExclusion(null));
      },
    }),
  ];
}

/** Whom and what is not taken in. */
export const createExclusionRoutes = (context: ApiContext): Endpoint[] => [
  ...createOfPerson(context),
  ...createOfChat(context),
];
