import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { createChangeFeed } from '../change-feed';
import type { ApiContext } from '../context';

const aliveEveryMs = 15_000;

/** `GET /events`: changes of links, accounts, operations and imports as server-sent events, named by their kind. */
export function createEventStream({ store, logger, stopped }: ApiContext): RequestHandler {
  const feed = createChangeFeed({ store, logger });
  return (_request, response) => {
    response.status(200).set({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 5000\n\n');
    const unsubscribe = feed.subscribe(({ kind, ...change }) => {
      response.write(`event: ${kind}\ndata: ${JSON.stringify(change)}\n\n`);
    });
    const alive = setInterval(() => response.write(': alive\n\n'), aliveEveryMs);
    const end = () => response.end();
    stopped?.addEventListener('abort', end, { once: true });
    response.on('close', () => {
      unsubscribe();
      clearInterval(alive);
      stopped?.removeEventListener('abort', end);
    });
  };
}

/** For the API's description. */
export const eventsDoc: ZodOpenApiOperationObject = {
  operationId: 'streamEvents',
  tags: ['Events'],
  summary: 'Changes of links, accounts, operations and imports as server-sent events',
  security: [{ token: [] }, { session: [] }],
  'x-role': 'viewer',
  responses: {
    200: {
      description:
        'Events `link`, `delivery` (something was written to the page of the link), `account`, `operation` and `import`: ids, states and counts.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
};
