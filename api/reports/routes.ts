import { z } from 'zod';
import { toPlanRows, type PlannedLink } from '../../linking/link-plan';
import { toQualityRows } from '../../linking/phone-quality';
import type { OperationDoc } from '../../store/operations';
import { candidateSchema } from '../cards/candidate-card';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho } from '../cards/who-card';
import type { ApiContext } from '../context';
import { toCsv } from '../http/csv';
import { endpoint, ok, type Answer, type Endpoint } from '../http/endpoint';
import { idField, timeField } from '../http/fields';
import { pageFields, pageSchema } from '../http/paging';
import { notFound, orNotFound, Problem } from '../http/problem';
import { beginReport, findResult, timeOf } from './find-result';
import { planPart } from './link-plan';
import { loadPhoneQuality } from './phone-quality';
import { openPlace, readPlan } from './plan-pages';
import { readPart } from './read-part';
import { createReportRunner } from './run';

const tag = 'Bitrix24';
const format = z.enum(['json', 'csv']).optional();
const portalId = idField.optional();
const pageSize = 200;

const madeAt = timeField.meta({ description: 'When this result was there; it is answered for ten minutes.' });

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
    madeAt,
  })
  .meta({ id: 'PhoneQuality' });

const worksOn = {
  202: {
    description: 'It is worked out, and not there yet: ask again when this operation is done.',
    schema: operationSchema,
  },
};

const asCsv = (rows: string[][]): Answer => ({ status: 200, type: 'csv', body: toCsv(rows) });
const workedOn = (operation: OperationDoc): Answer => ({ status: 202, body: toOperation(operation) });

/** A result that was forgotten just now is worked out again by whoever asks next. */
const gone = (): Problem =>
  new Problem('not_found', { detail: 'The result is not kept any more: ask again.' });

type Runner = ReturnType<typeof createReportRunner>;

const planRoute = (context: ApiContext, runner: Runner): Endpoint =>
  endpoint('GET /crm/link-plan', {
    role: 'agent',
    operationId: 'getLinkPlan',
    tag,
    summary:
      'Dry run: who would be linked to whom, before anything is written; worked out once for all who ask',
    query: z.strictObject({ portalId, format, ...pageFields }),
    answers: {
      200: {
        description: 'A page as JSON, or everything as CSV.',
        schema: pageSchema(plannedSchema).extend({ madeAt }),
        csv: true,
      },
      ...worksOn,
    },
    async handle({ query, actor }) {
      const { store } = context;
      const place = openPlace(context, query.cursor);
      const operation = place
        ? orNotFound(await store.operations.load(place.operationId), 'result')
        : await findResult(context, runner, {
            ...{ name: 'link-plan', portalId: query.portalId, who: toWho(actor) },
          });
      if (operation.state !== 'done') return workedOn(operation);
      const { _id: operationId } = operation;
      if (query.format === 'csv')
        return asCsv(toPlanRows(await readPart<PlannedLink>(store, operationId, planPart)));
      const from = place ?? { operationId, page: 0, offset: 0 };
      const page = await readPlan(context, from, query.limit ?? pageSize);
      return ok({ ...page, madeAt: timeOf(operation) });
    },
  });

const qualityRoute = (context: ApiContext, runner: Runner): Endpoint =>
  endpoint('GET /crm/phone-quality', {
    role: 'agent',
    operationId: 'getPhoneQuality',
    tag,
    summary:
      'Numbers that cannot be matched, and numbers that several contacts hold; worked out once for all who ask',
    query: z.strictObject({ portalId, format }),
    answers: {
      200: { description: 'The report, as JSON or CSV.', schema: qualitySchema, csv: true },
      ...worksOn,
    },
    async handle({ query, actor }) {
      const operation = await findResult(context, runner, {
        ...{ name: 'phone-quality', portalId: query.portalId, who: toWho(actor) },
      });
      if (operation.state !== 'done') return workedOn(operation);
      const quality = await loadPhoneQuality(context.store, operation._id);
      if (!quality) throw gone();
      if (query.format === 'csv') return asCsv(toQualityRows(quality));
      return ok({ ...quality, madeAt: timeOf(operation) });
    },
  });

/** The links that would be made, and how well the portal's numbers can be matched: operations, worked out once for all who ask. */
export function createReportRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const runner = createReportRunner(context);
  return [
    planRoute(context, runner),
    qualityRoute(context, runner),
    endpoint('POST /crm/reports', {
      role: 'agent',
      audit: false,
      operationId: 'beginReport',
      tag,
      summary: 'Work a report out anew; one that is under way is joined',
      body: z.strictObject({ report: z.enum(['link-plan', 'phone-quality']), portalId }),
      answers: { 202: { description: 'Its progress.', schema: operationSchema } },
      handle: async ({ body, actor }) =>
        workedOn(
          await beginReport(context, runner, {
            ...{ name: body.report, portalId: body.portalId, who: toWho(actor) },
          }),
        ),
    }),
    endpoint('DELETE /crm/reports/:reportId', {
      role: 'agent',
      audit: false,
      operationId: 'cancelReport',
      tag,
      summary: 'Stop a report that is worked out, for all who asked for it',
      answers: { 200: { description: 'It; `done` where it had ended before.', schema: operationSchema } },
      async handle({ params: { reportId } }) {
        const known = await store.operations.load(reportId);
        if (known?.kind !== 'report') throw notFound('No such report.');
        if (await store.operations.endReport(reportId, 'cancelled', null))
          await store.reports.remove(reportId);
        return ok(toOperation((await store.operations.load(reportId)) ?? known));
      },
    }),
  ];
}
