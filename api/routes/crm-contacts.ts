import { z } from 'zod';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../endpoint';
import { choosePortal } from '../portals';

const contactSchema = z
  .object({ crmContactId: z.number(), name: z.string(), phones: z.array(z.string()) })
  .meta({ id: 'CrmContact' });

const maxContacts = 20;
/** A person waits for this: the request is given up well before a browser would. */
const waitMs = 15_000;

/** Search in Bitrix24, for "link to an existing contact". */
export const createCrmContactRoutes = ({ store, portalOf }: ApiContext): Endpoint[] => [
  endpoint({
    ...{ method: 'get', path: '/crm/contacts', tag: 'Bitrix24' },
    summary: 'Search contacts in Bitrix24 by id, number or part of a name',
    query: z.strictObject({ q: z.string().trim().min(1).max(100), portalId: z.string().max(64).optional() }),
    answers: {
      200: { description: 'At most 20 contacts.', schema: z.object({ items: z.array(contactSchema) }) },
    },
    async handle({ query }) {
      const { _id } = await choosePortal(store, query.portalId);
      const portal = await portalOf(_id);
      const signal = AbortSignal.timeout(waitMs);
      const items = await portal.contacts.searchCards(query.q, maxContacts, { signal });
      return { status: 200, body: { items } };
    },
  }),
];
