import { z } from 'zod';
import type { OperationDoc } from '../../store/operations';
import { operationSchema, toOperation } from '../cards/operation-card';
import { toWho } from '../cards/who-card';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { orNotFound, Problem } from '../http/problem';
import { createPersonZip } from './person-zip';

/** So long an export can be fetched. */
const openForMs = 3_600_000;

const isOpen = ({ createdAt }: OperationDoc): boolean => Date.now() - createdAt.getTime() < openForMs;

/** An export is an operation that is ready at once: the archive is made while it is fetched, and never lies anywhere. */
export const createPersonExportRoutes = ({ store }: ApiContext): Endpoint[] => [
  endpoint('POST /people/:personId/export', {
    role: 'admin',
    operationId: 'exportPerson',
    tag: 'Privacy',
    summary:
      'Export all that is held of a person; `GET /operations/{operationId}/download` gives it for an hour',
    answers: { 202: { description: 'It can be fetched.', schema: operationSchema } },
    async handle({ params, actor }) {
      const person = orNotFound(await store.people.load(params.personId), 'person');
      const { portalId, _id: personId } = person;
      const fresh = { portalId, linkId: null, personId, kind: 'export' as const, who: toWho(actor) };
      const operation = await store.operations.begin({ ...fresh, total: 1 });
      await store.operations.progress(operation._id, 1, 1);
      await store.operations.finish(operation._id, 'done', null);
      const done = (await store.operations.load(operation._id)) ?? operation;
      return { status: 202, body: toOperation(done) };
    },
  }),
  endpoint('GET /operations/:operationId/download', {
    role: 'admin',
    operationId: 'downloadExport',
    tag: 'Privacy',
    summary: 'The archive of an export: a page to read, everything as JSON, and the files',
    answers: {
      200: { description: 'A zip.', schema: z.string(), bytes: true },
      409: { description: '`export_over`: it was asked for more than an hour ago; ask again.' },
    },
    async handle({ params }) {
      const operation = orNotFound(await store.operations.load(params.operationId), 'operation');
      if (operation.kind !== 'export' || !operation.personId) throw new Problem('not_found');
      if (!isOpen(operation)) throw new Problem('export_over');
      const person = orNotFound(await store.people.load(operation.personId), 'person');
      const headers = {
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="person-${person._id}.zip"`,
        'Cache-Control': 'no-store',
      };
      return { status: 200, type: 'bytes', headers, body: await createPersonZip(store, person) };
    },
  }),
];
