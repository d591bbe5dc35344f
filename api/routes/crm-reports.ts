import { z } from 'zod';
import { listAllCards } from '../../linking/contact-directory';
import { toCountry } from '../../linking/look-up';
import type { ContactCard } from '../../domain/contact-match';
import { toCsv } from '../http/csv';
import { assessPhones, toQualityRows } from '../../linking/phone-quality';
import { planLinks, toPlanRows, type PlannedLink } from '../../linking/link-plan';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { candidateSchema } from '../cards/candidate-card';
import { pageFields, pageSchema } from '../http/paging';
import { choosePortal } from '../choose-portal';

const format = z.enum(['json', 'csv']).optional();
const portalId = z.string().max(64).optional();

const plannedSchema = z
  .object({
    personId: z.string(),
    name: z.string().nullable(),
    e164: z.string().nullable(),
    outcome: z.enum(['link', 'create', 'ambiguous', 'unmatched']),
    reason: z.string().nullable(),
    candidates: z.array(candidateSchema),
  })
  .meta({ id: 'PlannedLink' });

const owner = { crmContactId: z.number(), name: z.string() };
const qualitySchema = z
  .object({
    contacts: z.number(),
    withoutPhone: z.number(),
    values: z.number(),
    unmatchable: z.array(z.object({ ...owner, value: z.string(), fault: z.string() })),
    shared: z.array(z.object({ e164: z.string(), contacts: z.array(z.object(owner)) })),
  })
  .meta({ id: 'PhoneQuality' });

const pageSize = 200;
const maxReads = 100;

/** Every page of the dry run, for a table. */
async function planAll(context: ApiContext, named: string | undefined): Promise<PlannedLink[]> {
  const portal = await choosePortal(context.store, named);
  const { contacts } = await context.portalOf(portal._id);
  const items: PlannedLink[] = [];
  let after: string | null = null;
  do {
    const page = await planLinks(context.store, contacts, portal, { after, limit: pageSize });
    items.push(...page.items);
    after = page.after;
  } while (after !== null);
  return items;
}

async function planPage(
  context: ApiContext,
  query: { portalId?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
) {
  const { store, cursors } = context;
  const portal = await choosePortal(store, query.portalId);
  const { contacts } = await context.portalOf(portal._id);
  const limit = query.limit ?? pageSize;
  const items: PlannedLink[] = [];
  let after = cursors.open('link-plan', query.cursor);
  // Who is linked already is passed over: reading goes on until the page is full, within limits.
  let reads = 0;
  do {
    reads += 1;
    const page = await planLinks(store, contacts, portal, { after, limit: limit - items.length });
    items.push(...page.items);
    after = page.after;
  } while (after !== null && items.length < limit && reads < maxReads);
  return { items, nextCursor: cursors.seal('link-plan', after) };
}

async function assess(context: ApiContext, named: string | undefined) {
  const portal = await choosePortal(context.store, named);
  const { contacts } = await context.portalOf(portal._id);
  const cards: ContactCard[] = [];
  for await (const card of listAllCards(contacts)) cards.push(card);
  return assessPhones(cards, toCountry(portal.defaultCountry));
}

/** What would be linked, and how well the portal's numbers can be matched: read only, as JSON or CSV. */
export const createCrmReportRoutes = (context: ApiContext): Endpoint[] => [
  endpoint({
    ...{ method: 'get', path: '/crm/link-plan', tag: 'Bitrix24' },
    summary: 'Dry run: who would be linked to whom, before anything is written',
    query: z.strictObject({ portalId, format, ...pageFields }),
    answers: {
      200: { description: 'A page as JSON, or everything as CSV.', schema: pageSchema(plannedSchema) },
    },
    handle: async ({ query }) =>
      query.format === 'csv'
        ? { status: 200, type: 'csv', body: toCsv(toPlanRows(await planAll(context, query.portalId))) }
        : { status: 200, body: await planPage(context, query) },
  }),
  endpoint({
    ...{ method: 'get', path: '/crm/phone-quality', tag: 'Bitrix24' },
    summary: 'Numbers that cannot be matched, and numbers that several contacts hold',
    query: z.strictObject({ portalId, format }),
    answers: { 200: { description: 'The report, as JSON or CSV.', schema: qualitySchema } },
    async handle({ query }) {
      const quality = await assess(context, query.portalId);
      return query.format === 'csv'
        ? { status: 200, type: 'csv', body: toCsv(toQualityRows(quality)) }
        : { status: 200, body: quality };
    },
  }),
];
