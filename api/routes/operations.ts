import { operationSchema, toOperation } from '../cards/operation-card';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { notFound } from '../http/problem';

/** Changes of links that take a while. */
export const createOperationRoutes = ({ store }: ApiContext): Endpoint[] => [
  endpoint({
    ...{ method: 'get', path: '/operations/:operationId', tag: 'Links' },
    summary: 'How far a change is',
    answers: { 200: { description: 'The operation.', schema: operationSchema } },
    async handle({ params }) {
      const operation = await store.operations.load(params.operationId);
      if (!operation) throw notFound('No such operation.');
      return { status: 200, body: toOperation(operation) };
    },
  }),
];
