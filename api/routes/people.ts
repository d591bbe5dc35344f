import { personSchema, toPerson } from '../cards/person-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, searchField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound } from '../http/problem';

/** The people we know. */
export const createPersonRoutes = ({ store, cursors }: ApiContext): Endpoint[] => [
  pageEndpoint(cursors, 'GET /people', {
    role: 'viewer',
    operationId: 'listPeople',
    tag: 'Messages',
    summary: 'List people by name or number, newest first; who was merged into another is not listed',
    items: 'people',
    item: personSchema,
    filter: { q: searchField.optional(), portalId: idField.optional() },
    read: ({ q, portalId }, page) => store.people.list({ portalId, text: q }, page),
    show: (people) => people.map(toPerson),
  }),
  endpoint('GET /people/:personId', {
    role: 'viewer',
    operationId: 'getPerson',
    tag: 'Messages',
    summary: 'Show a person; for who was merged into another, that one',
    answers: { 200: { description: 'The person.', schema: personSchema } },
    handle: async ({ params }) =>
      ok(toPerson(orNotFound(await store.people.load(params.personId), 'person'))),
  }),
];
