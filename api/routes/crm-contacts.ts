import { z } from 'zod';
import type { FoundContact } from '../../bitrix24/crm/card-search';
import { isCountryCode } from '../../domain/phone';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { choosePortal } from '../choose-portal';

const contactSchema = z
  .object({
    crmContactId: z.number(),
    name: z.string(),
    phones: z.array(z.string()),
    emails: z.array(z.string()),
    position: z.string().nullable(),
    crmCompanyId: z.number().nullable(),
    assignedById: z.number().nullable().meta({ description: 'The employee who is responsible.' }),
    createdAt: z.string().nullable(),
    updatedAt: z.string().nullable(),
    linkIds: z.array(z.string()).meta({ description: 'Links that this contact has already.' }),
  })
  .meta({ id: 'CrmContact', description: 'A contact of Bitrix24, with what tells two of one name apart.' });

const answerSchema = z.object({
  items: z.array(contactSchema),
  hasMore: z.boolean().meta({ description: 'More were found: ask for more of the name.' }),
});

const maxContacts = 20;
/** A person waits for this: the request is given up well before a browser would. */
const waitMs = 15_000;

const toItem = (contact: FoundContact, links: readonly LinkDoc[]): z.output<typeof contactSchema> => {
  const { crmContactId, name, phones, emails, position, crmCompanyId } = contact;
  const { assignedById, createdAt, updatedAt } = contact;
  const linkIds = links.filter((link) => link.crmContactId === crmContactId).map(({ _id }) => _id);
  return {
    ...{ crmContactId, name, phones, emails, position, crmCompanyId },
    ...{ assignedById, createdAt, updatedAt, linkIds },
  };
};

/** Search in Bitrix24, for "link to an existing contact". */
export const createCrmContactRoutes = ({ store, portalOf, defaultCountry }: ApiContext): Endpoint[] => [
  endpoint({
    ...{ method: 'get', path: '/crm/contacts', tag: 'Bitrix24' },
    summary: 'Search contacts in Bitrix24 by id, full number, whole e-mail address or parts of a name',
    query: z.strictObject({ q: z.string().trim().min(1).max(100), portalId: z.string().max(64).optional() }),
    answers: { 200: { description: 'At most 20 contacts.', schema: answerSchema } },
    async handle({ query }) {
      const { _id, defaultCountry: ofPortal } = await choosePortal(store, query.portalId);
      const { contacts } = await portalOf(_id);
      const known = ofPortal ?? defaultCountry;
      const country = known !== null && isCountryCode(known) ? known : null;
      const signal = AbortSignal.timeout(waitMs);
      const found = await contacts.searchCards(query.q, maxContacts + 1, { signal, country });
      const shown = found.slice(0, maxContacts);
      const links = await store.links.listByContacts(
        _id,
        shown.map(({ crmContactId }) => crmContactId),
      );
      const items = shown.map((contact) => toItem(contact, links));
      return { status: 200, body: { items, hasMore: found.length > maxContacts } };
    },
  }),
];
