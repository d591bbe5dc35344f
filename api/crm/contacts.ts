import { z } from 'zod';
import type { FoundContact } from '../../bitrix24/crm/card-search';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ApiContext } from '../context';
import { pick } from '../cards/to-card';
import { contactFields, createCrmContactRoute } from './contact';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, searchField } from '../http/fields';
import { countryOf, openPortal } from '../choose-portal';

const contactSchema = z
  .object({
    ...contactFields,
    linkIds: z.array(z.string()).meta({ description: 'Links that this contact has already.' }),
  })
  .meta({ id: 'CrmContact', description: 'A contact of Bitrix24, with what distinguishes two of one name.' });

const answerSchema = z.object({
  items: z.array(contactSchema),
  hasMore: z.boolean().meta({ description: 'More were found: ask for more of the name.' }),
});

const maxContacts = 20;
/** A person waits for this: the request is given up well before a browser would. */
const waitMs = 15_000;

const toItem = (contact: FoundContact, links: readonly LinkDoc[]): z.output<typeof contactSchema> => {
  const own = links.filter(({ crmContactId }) => crmContactId === contact.crmContactId);
  return pick(contactSchema, { ...contact, linkIds: own.map(({ _id }) => _id) });
};

const question = z.strictObject({ q: searchField, portalId: idField.optional() });
const answers = { 200: { description: 'At most 20 contacts.', schema: answerSchema } };

async function search(context: ApiContext, { q, portalId }: z.output<typeof question>) {
  const { portal, contacts } = await openPortal(context, portalId);
  const country = countryOf(portal, context.defaultCountry);
  const signal = AbortSignal.timeout(waitMs);
  const found = await contacts.searchCards(q, maxContacts + 1, { signal, country });
  const shown = found.slice(0, maxContacts);
  const links = await context.store.links.listByContacts(
    portal._id,
    shown.map(({ crmContactId }) => crmContactId),
  );
  const items = shown.map((contact) => toItem(contact, links));
  return ok({ items, hasMore: found.length > maxContacts });
}

/** Contacts of Bitrix24: one for its card, and the search for "link to an existing contact". */
export const createCrmContactRoutes = (context: ApiContext): Endpoint[] => [
  createCrmContactRoute(context),
  endpoint('GET /crm/contacts', {
    role: 'viewer',
    operationId: 'searchCrmContacts',
    tag: 'Bitrix24',
    summary: 'Search contacts in Bitrix24 by id, full number, whole e-mail address or parts of a name',
    query: question,
    answers,
    handle: ({ query }) => search(context, query),
  }),
  endpoint('POST /crm/contacts/search', {
    role: 'viewer',
    operationId: 'findCrmContacts',
    tag: 'Bitrix24',
    summary: 'The same with what is searched in the body, where no access log keeps it',
    // A question, asked with every few letters that somebody types.
    audit: false,
    body: question,
    answers,
    handle: ({ body }) => search(context, body),
  }),
];
