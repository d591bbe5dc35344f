import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { isStillIn } from '../access/identify';
import { createChangeFeed } from '../change-feed';
import type { ApiContext } from '../context';
import { actorOf } from '../http/auth';

const aliveEveryMs = 15_000;

/** What a browser that comes back was told last; null: it is new. */
const readLastId = (given: string | undefined): number | null =>
  given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : null;

/** `GET /events`: changes of links, reviews, accounts, operations and imports, and messages that arrive, as server-sent events, named by their kind. */
export function createEventStream(context: ApiContext): RequestHandler {
  const { store, logger, stopped, accessEnded } = context;
  const feed = createChangeFeed({ store, logger });
  return (request, response) => {
    const actor = actorOf(response, 'viewer');
    response.status(200).set({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 5000\n\n');
    const unsubscribe = feed.subscribe(
      ({ id, change: { kind, ...change } }) => {
        response.write(`id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(change)}\n\n`);
      },
      readLastId(request.get('last-event-id')),
    );
    const end = () => response.end();
    // A store that is away says nothing of the session: the next look does.
    const look = () =>
      void isStillIn(context, actor).then(
        (isIn) => isIn || end(),
        () => undefined,
      );
    const alive = setInterval(() => {
      response.write(': alive\n\n');
      look();
    }, aliveEveryMs);
    accessEnded.on('ended', look);
    stopped?.addEventListener('abort', end, { once: true });
    response.on('close', () => {
      unsubscribe();
      clearInterval(alive);
      accessEnded.off('ended', look);
      stopped?.removeEventListener('abort', end);
    });
  };
}

/** For the API's description. */
export const eventsDoc: ZodOpenApiOperationObject = {
  operationId: 'streamEvents',
  tags: ['Events'],
  summary:
    'Changes of links, reviews, accounts, operations and imports, and messages that arrive, as server-sent events',
  security: [{ token: [] }, { session: [] }],
  'x-role': 'viewer',
  responses: {
    200: {
      description:
        'Events `link`, `delivery` (something was written to the page of the link), `message` (it arrived, was edited or deleted; with its `chatId`), `review` (a question was opened, answered or looked at again), `account`, `operation` and `import`: ids, states and counts. `reset`: too much changed, read anew. Who comes back with `Last-Event-ID` is told what was missed. The stream ends with the session.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
};
