import { operationSchema, toOperation } from '../cards/operation-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { orNotFound } from '../http/problem';

/** Changes of links that take a while. */
export const createOperationRoutes = ({ store }: ApiContext): Endpoint[] => [
  endpoint('GET /operations/:operationId', {
    operationId: 'getOperation',
    tag: 'Links',
    summary: 'How far a change is',
    answers: { 200: { description: 'The operation.', schema: operationSchema } },
    handle: async ({ params }) =>
      ok(toOperation(orNotFound(await store.operations.load(params.operationId), 'operation'))),
  }),
];
