import { z } from 'zod';
import type { ContactDetails } from '../../bitrix24/crm/contact-details';
import { openPortal } from '../choose-portal';
import type { ApiContext } from '../context';
import { pick } from '../cards/to-card';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField } from '../http/fields';
import { notFound, Problem } from '../http/problem';

/** Of a contact, in its card and in a search. */
export const contactFields = {
  crmContactId: z.number(),
  name: z.string(),
  phones: z.array(z.string()),
  emails: z.array(z.string()),
  position: z.string().nullable(),
  crmCompanyId: z.number().nullable(),
  assignedById: z.number().nullable().meta({ description: 'The employee who is responsible.' }),
  createdAt: z.string().nullable(),
  updatedAt: z.string().nullable(),
};

const detailsSchema = z
  .object({
    ...contactFields,
    companyName: z.string().nullable(),
    type: z.string().nullable().meta({ description: 'In the portal’s own words.' }),
    source: z.string().nullable().meta({ description: 'In the portal’s own words.' }),
  })
  .meta({
    id: 'CrmContactDetails',
    description: 'A contact as Bitrix24 has it; null: empty, or not to be read.',
  });

/** A person waits for this, and it waits behind all messages. */
const waitMs = 15_000;
const freshMs = 60_000;
const maxKept = 500;

type Read = Promise<ContactDetails | 'unreadable' | null>;

/** Many who look at one contact ask the portal once a minute. A read that failed is not kept. */
function createReader(context: ApiContext) {
  const kept = new Map<string, { read: Read; untilMs: number }>();
  return async (crmContactId: number, portalId: string | undefined): Read => {
    const { portal, contacts } = await openPortal(context, portalId);
    const key = `${portal._id}/${crmContactId}`;
    const known = kept.get(key);
    if (known && performance.now() < known.untilMs) return known.read;
    const read = contacts.readDetails(crmContactId, { lane: 'history', signal: AbortSignal.timeout(waitMs) });
    kept.delete(key);
    kept.set(key, { read, untilMs: performance.now() + freshMs });
    for (const oldest of kept.keys()) if (kept.size > maxKept) kept.delete(oldest);
    read.catch(() => kept.delete(key));
    return read;
  };
}

/** One contact, for its card. */
export function createCrmContactRoute(context: ApiContext): Endpoint {
  const read = createReader(context);
  return endpoint('GET /crm/contacts/:contact', {
    role: 'viewer',
    operationId: 'getCrmContact',
    tag: 'Bitrix24',
    summary: 'Show a contact as Bitrix24 has it, up to a minute old',
    query: z.strictObject({ portalId: idField.optional() }),
    answers: { 200: { description: 'The contact.', schema: detailsSchema } },
    async handle({ params, query }) {
      if (!/^[1-9]\d{0,14}$/.test(params.contact)) throw notFound('No such contact.');
      const details = await read(Number(params.contact), query.portalId);
      if (details === null) throw notFound('No such contact.');
      if (details === 'unreadable') {
        const detail = 'The user of the webhook may not see this contact: give them the right in Bitrix24.';
        throw new Problem('portal_refused', { detail });
      }
      return ok(pick(detailsSchema, details));
    },
  });
}
