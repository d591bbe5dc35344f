import { z } from 'zod';
import type { Who } from '../../domain/access';
import type { LinkDoc, LinkRequest } from '../../store/links/link-schema';
import { keyOfLink, type LinkOrder } from '../../store/links/link-order';
import type { Page } from '../../store/queries';
import type { PersonDoc } from '../../store/people/people';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { linkCardSchema, loadLinkCard, loadLinkCards } from '../cards/link-card';
import { toWho } from '../cards/who-card';
import { findPerson } from '../links/asked-person';
import { linkAnswers } from '../links/link-answers';
import { countFound, linkFilter, linkOrder, readLinks, type Wanted } from '../links/link-filter';
import { linkTable } from '../links/link-table';
import { newContactFields, requestLink, toNewContact } from '../links/link-requests';
import { loadStatus, statusSchema } from '../links/link-status';
import { crmContactIdField, idField, nameField, phoneField } from '../http/fields';
import { pageEndpoint, searchEndpoint } from '../http/paging';
import { badField, orNotFound } from '../http/problem';

const tag = 'Links';

const newLink = z.strictObject({
  phone: phoneField.optional().meta({ example: '0049 170 1234567' }),
  personId: idField.optional(),
  name: nameField.optional(),
  portalId: idField.optional(),
  crmContactId: crmContactIdField.optional(),
  createIfMissing: z.boolean().optional().meta({ description: 'Make a contact when none has the number.' }),
  ...newContactFields,
});

/** Fields of a new contact mean nothing when none is to be made. */
function checkNewContact({ createIfMissing, assignedById, fields }: z.output<typeof newLink>): void {
  if (createIfMissing) return;
  if (assignedById !== undefined) throw badField('assignedById', 'is only for createIfMissing');
  if (fields !== undefined) throw badField('fields', 'is only for createIfMissing');
}

const toRequest = (body: z.output<typeof newLink>, person: PersonDoc, who: Who): LinkRequest => ({
  crmContactId: body.crmContactId ?? null,
  createIfMissing: body.createIfMissing ?? false,
  name: body.name ?? person.name,
  ...toNewContact(body),
  who,
  at: new Date(),
});

const countAnswer = {
  description: 'Null: they would have to be looked through one by one.',
  schema: z.object({ count: z.number().nullable(), isExact: z.boolean() }),
};

const createLinkList = (context: ApiContext) => ({
  ...{ role: 'viewer' as const, operationId: 'listLinks', tag },
  summary: 'List links, newest first unless sorted otherwise; as CSV all of them',
  items: 'links',
  item: linkCardSchema,
  filter: { ...linkFilter, ...linkOrder },
  keyOf: (link: LinkDoc, { sort = 'newest' }: { sort?: LinkOrder | undefined }) => keyOfLink(link, sort),
  read: (filter: Wanted & { sort?: LinkOrder | undefined }, page: Page) => readLinks(context, filter, page),
  show: (links: LinkDoc[]) => loadLinkCards(context.store, links),
  csv: linkTable,
});

/** The list of links, and how long it is. */
function createLinkLists(context: ApiContext): Endpoint[] {
  const { cursors } = context;
  const list = createLinkList(context);
  return [
    pageEndpoint(cursors, 'GET /links', list),
    searchEndpoint(cursors, 'POST /links/search', {
      ...list,
      operationId: 'searchLinks',
      summary: 'List links like GET /links, with the filter in the body, where no access log keeps it',
      filter: { ...list.filter, crmContactId: crmContactIdField.optional() },
    }),
    endpoint('POST /links/search/count', {
      role: 'viewer',
      operationId: 'countSearchedLinks',
      tag,
      summary: 'Count links like GET /links/count, with the filter in the body',
      audit: false,
      body: z.strictObject({ ...linkFilter, crmContactId: crmContactIdField.optional() }),
      answers: { 200: countAnswer },
      handle: async ({ body }) => ok(await countFound(context, body)),
    }),
    endpoint('GET /links/count', {
      role: 'viewer',
      operationId: 'countLinks',
      tag,
      summary: 'How many links a filter of the list finds, counted up to ten thousand',
      query: z.strictObject(linkFilter),
      answers: { 200: countAnswer },
      handle: async ({ query }) => ok(await countFound(context, query)),
    }),
  ];
}

/** Links: made, listed, looked at. */
export function createLinkRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  return [
    endpoint('POST /links', {
      role: 'agent',
      operationId: 'createLink',
      tag,
      summary: 'Link a person with a contact',
      body: newLink,
      answers: linkAnswers,
      async handle({ body, actor }) {
        checkNewContact(body);
        const person = await findPerson(context, body);
        const { portalId, _id: personId } = person;
        return requestLink(context, { portalId, personId }, toRequest(body, person, toWho(actor)));
      },
    }),
    ...createLinkLists(context),
    endpoint('GET /links/:linkId', {
      role: 'viewer',
      operationId: 'getLink',
      tag,
      summary: 'Show a link',
      answers: { 200: { description: 'The link.', schema: linkCardSchema } },
      async handle({ params }) {
        const link = orNotFound(await store.links.load(params.linkId), 'link');
        return ok(await loadLinkCard(store, link));
      },
    }),
    endpoint('GET /links/:linkId/status', {
      role: 'viewer',
      operationId: 'getLinkStatus',
      tag,
      summary: 'How a link is doing: by its workflow, or by what is stored',
      answers: { 200: { description: 'The status.', schema: statusSchema } },
      handle: async ({ params }) => ok(await loadStatus(context, params.linkId)),
    }),
  ];
}
