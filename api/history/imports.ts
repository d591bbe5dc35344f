import type { ImportDoc } from '../../store/history/imports';
import { importSchema, importStateField, toImport } from '../cards/import-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint, type Route } from '../http/endpoint';
import { idField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound, Problem } from '../http/problem';
import { wakeImport } from './import-workflows';

const tag = 'History';

const load = async ({ store }: ApiContext, importId: string): Promise<ImportDoc> =>
  orNotFound(await store.imports.load(importId), 'import');

/** What is read stays. A cancellation that is repeated, or comes too late, changes nothing. */
const createCancel = (context: ApiContext, route: Route, operationId: string): Endpoint =>
  endpoint(route, {
    role: 'agent',
    operationId,
    tag,
    summary: 'Stop an import; what it has read stays',
    answers: { 200: { description: 'The import; `done` where it had ended before.', schema: importSchema } },
    async handle({ params, actor }) {
      const { importId = '' } = params as { importId?: string };
      const doc = await load(context, importId);
      if (await context.store.imports.cancel(doc._id)) await wakeImport(context, doc);
      return ok(toImport(await load(context, importId), actor.role));
    },
  });

const createResume = (context: ApiContext): Endpoint =>
  endpoint('POST /imports/:importId/resume', {
    role: 'agent',
    operationId: 'resumeImport',
    tag,
    summary: 'Go on with an import that was cancelled or failed, where it stopped',
    answers: { 202: { description: 'It goes on.', schema: importSchema } },
    async handle({ params: { importId }, actor }) {
      const { imports, importChats } = context.store;
      const doc = await load(context, importId);
      if (doc.state === 'done') throw new Problem('import_done');
      if (doc.kind === 'file' && !doc.file) throw new Problem('import_file_gone');
      // First, so that a resumed import finds them.
      await importChats.retryFailed(importId);
      await imports.resume(importId, doc.file?.question ? 'question' : 'running');
      const resumed = await load(context, importId);
      if (resumed.state === 'running') await wakeImport(context, resumed);
      return { status: 202, body: toImport(resumed, actor.role) };
    },
  });

/** The imports: how far they are, and their end. */
export const createImportRoutes = (context: ApiContext): Endpoint[] => [
  pageEndpoint(context.cursors, 'GET /imports', {
    role: 'viewer',
    operationId: 'listImports',
    tag,
    summary: 'List imports, the newest first',
    items: 'imports',
    item: importSchema,
    filter: {
      accountId: idField.optional(),
      linkId: idField.optional(),
      state: importStateField.optional(),
    },
    read: (filter, page) => context.store.imports.list(filter, page),
    show: (docs: ImportDoc[], { role }) => docs.map((doc) => toImport(doc, role)),
  }),
  endpoint('GET /imports/:importId', {
    role: 'viewer',
    operationId: 'getImport',
    tag,
    summary: 'Show how far an import is',
    answers: { 200: { description: 'The import.', schema: importSchema } },
    handle: async ({ params: { importId }, actor }) =>
      ok(toImport(await load(context, importId), actor.role)),
  }),
  createCancel(context, 'POST /imports/:importId/cancel', 'cancelImport'),
  createCancel(context, 'DELETE /imports/:importId', 'deleteImport'),
  createResume(context),
];
