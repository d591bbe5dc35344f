import { z } from 'zod';
import type { Page } from '../../store/queries';
import type { ApiContext } from '../context';
import { personSchema, toPerson } from '../cards/person-card';
import { endpoint, type Endpoint } from '../http/endpoint';
import { pageFields, pageSchema, readPage } from '../http/paging';

/** The people we know. */
export const createPersonRoutes = ({ store, cursors }: ApiContext): Endpoint[] => [
  endpoint({
    ...{ method: 'get', path: '/people', tag: 'Messages' },
    summary: 'List people by name or number, newest first; who was merged into another is not listed',
    query: z.strictObject({
      q: z.string().trim().min(1).max(100).optional(),
      portalId: z.string().max(64).optional(),
      ...pageFields,
    }),
    answers: { 200: { description: 'A page of people.', schema: pageSchema(personSchema) } },
    async handle({ query: { q, portalId, ...page } }) {
      const read = (part: Page) => store.people.list({ portalId, text: q }, part);
      const body = await readPage(cursors, 'people', page, read, (people) => people.map(toPerson));
      return { status: 200, body };
    },
  }),
];
