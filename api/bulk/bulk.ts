import { z } from 'zod';
import type { BulkWish } from '../../store/operations';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho } from '../cards/who-card';
import type { Carrier } from '../carry-on';
import { choosePortal } from '../choose-portal';
import type { ApiContext } from '../context';
import { endpoint, parseInput, type Endpoint } from '../http/endpoint';
import { idField } from '../http/fields';
import { countFound } from '../links/link-filter';
import { bulkFilter, bulkFilterField } from './bulk-filter';
import { createImportLinkRoutes } from './import-links';
import { createBulkRunner } from './run-bulk';
import { createUndoRoutes } from './undo-links';

const maxIds = 1_000;

const wanted = z
  .strictObject({
    action: z.enum(['pause', 'resume', 'back-up-now', 'unlink']),
    ids: z
      .array(z.string().regex(/^[0-9a-f]{24}$/, 'is no id'))
      .min(1)
      .max(maxIds)
      .optional(),
    filter: bulkFilterField.optional(),
    entries: z
      .enum(['keep', 'remove'])
      .optional()
      .meta({ description: 'For `unlink`; `keep` unless given.' }),
    remember: z.boolean().optional().meta({ description: 'For `unlink`: do not link these people again.' }),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'give either ids or filter')
  .refine(
    ({ action, entries, remember }) => action === 'unlink' || (entries ?? remember) === undefined,
    'entries and remember are only for unlink',
  );

const toWish = ({ action, filter, entries, remember }: z.output<typeof wanted>): BulkWish => ({
  ...{ action, ids: null, filter: filter ?? null },
  ...{ entries: entries ?? 'keep', remember: remember ?? false },
});

const saved = {
  202: { description: 'Saved; it is carried out by itself, also across a restart.', schema: operationSchema },
};

/** Everybody whom the dry run would link. */
const linkPlan = (context: ApiContext, runner: Carrier): Endpoint =>
  endpoint('POST /crm/link-plan', {
    role: 'agent',
    operationId: 'linkAsPlanned',
    tag: 'Bitrix24',
    summary: 'Link everybody as the dry run says; those it leaves to a person stay as they are',
    body: z.strictObject({ portalId: idField.optional() }),
    answers: saved,
    async handle({ body, actor }) {
      const { _id: portalId } = await choosePortal(context.store, body.portalId);
      const bulk = { action: 'link', ids: null, filter: null, entries: 'keep', remember: false } as const;
      const begun = { portalId, linkId: null, kind: 'bulk', who: toWho(actor), bulk } as const;
      const operation = await context.store.operations.begin(begun);
      runner.run(operation);
      return { status: 202, body: toOperation(operation) };
    },
  });

/** One thing done with many links, the dry run and lists carried out, and both undone. */
export function createBulkRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  const runner = createBulkRunner(context);
  return [
    linkPlan(context, runner),
    ...createImportLinkRoutes(context, runner),
    ...createUndoRoutes(context, runner),
    endpoint('POST /links/bulk', {
      role: 'agent',
      operationId: 'changeManyLinks',
      tag: 'Links',
      summary: 'Pause, resume, back up now or end many links: those named, or those that a filter finds',
      body: wanted,
      answers: saved,
      async handle({ body, actor }) {
        const known = await store.links.loadMany(body.ids ?? []);
        const ids = known.map(({ _id }) => _id);
        const bulk = { ...toWish(body), ids: body.ids ? ids : null };
        const { count } =
          bulk.ids === null
            ? await countFound(context, parseInput(bulkFilter, bulk.filter ?? {}))
            : { count: bulk.ids.length };
        const begun = { portalId: 'all', linkId: null, kind: 'bulk', who: toWho(actor), bulk } as const;
        const operation = await store.operations.begin({ ...begun, total: count ?? 0 });
        runner.run(operation);
        return { status: 202, body: toOperation(operation) };
      },
    }),
  ];
}
