import { z } from 'zod';
import { listAllCards } from '../../linking/contact-directory';
import { toCountry } from '../../linking/look-up';
import type { ContactCard } from '../../domain/contact-match';
import { toCsv } from '../http/csv';
import { assessPhones, toQualityRows } from '../../linking/phone-quality';
import { planLinks, toPlanRows, type LinkPlan, type PlannedLink } from '../../linking/link-plan';
import type { ApiContext } from '../context';
import { idField } from '../http/fields';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { candidateSchema } from '../cards/candidate-card';
import { pageFields, pageSchema } from '../http/paging';
import { openPortal } from '../choose-portal';

const format = z.enum(['json', 'csv']).optional();
const portalId = idField.optional();
const planQuery = z.strictObject({ portalId, format, ...pageFields });
type PlanQuery = z.output<typeof planQuery>;

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

/** Linked people are passed over: reading goes on until so many are found, within limits. */
async function plan(
  context: ApiContext,
  portalId: string | undefined,
  limits: { after: string | null; limit: number; reads: number },
): Promise<LinkPlan> {
  const { portal, contacts } = await openPortal(context, portalId);
  const items: PlannedLink[] = [];
  let { after } = limits;
  for (let reads = 0; reads < limits.reads && items.length < limits.limit; reads += 1) {
    const limit = Math.min(pageSize, limits.limit - items.length);
    const page = await planLinks(context.store, contacts, portal, { after, limit });
    items.push(...page.items);
    after = page.after;
    if (after === null) break;
  }
  return { items, after };
}

async function planTable(context: ApiContext, portalId: string | undefined): Promise<string> {
  const everything = { after: null, limit: Infinity, reads: Infinity };
  return toCsv(toPlanRows((await plan(context, portalId, everything)).items));
}

async function planPage(context: ApiContext, { portalId, cursor, limit = pageSize }: PlanQuery) {
  const after = context.cursors.open('link-plan', cursor);
  const page = await plan(context, portalId, { after, limit, reads: maxReads });
  return { items: page.items, nextCursor: context.cursors.seal('link-plan', page.after) };
}

async function assess(context: ApiContext, portalId: string | undefined) {
  const { portal, contacts } = await openPortal(context, portalId);
  const cards: ContactCard[] = [];
  for await (const card of listAllCards(contacts)) cards.push(card);
  return assessPhones(cards, toCountry(portal.defaultCountry));
}

/** The links that would be made, and how well the portal's numbers can be matched: read only, as JSON or CSV. */
export const createCrmReportRoutes = (context: ApiContext): Endpoint[] => [
  endpoint('GET /crm/link-plan', {
    role: 'agent',
    operationId: 'getLinkPlan',
    tag: 'Bitrix24',
    summary: 'Dry run: who would be linked to whom, before anything is written',
    query: planQuery,
    answers: {
      200: {
        description: 'A page as JSON, or everything as CSV.',
        schema: pageSchema(plannedSchema),
        csv: true,
      },
    },
    handle: async ({ query }) =>
      query.format === 'csv'
        ? { status: 200, type: 'csv', body: await planTable(context, query.portalId) }
        : ok(await planPage(context, query)),
  }),
  endpoint('GET /crm/phone-quality', {
    role: 'agent',
    operationId: 'getPhoneQuality',
    tag: 'Bitrix24',
    summary: 'Numbers that cannot be matched, and numbers that several contacts hold',
    query: z.strictObject({ portalId, format }),
    answers: { 200: { description: 'The report, as JSON or CSV.', schema: qualitySchema, csv: true } },
    async handle({ query }) {
      const quality = await assess(context, query.portalId);
      return query.format === 'csv'
        ? { status: 200, type: 'csv', body: toCsv(toQualityRows(quality)) }
        : ok(quality);
    },
  }),
];
