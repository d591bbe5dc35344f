import cors from 'cors';
import { Router } from 'express';
import type { ApiContext } from '../context';
import { requireAccount } from '../http/auth';
import { mount, type Endpoint } from '../http/endpoint';
import { limitAccounts } from '../http/limits';
import { notFound } from '../http/problem';
import { readSourceJson } from '../http/read-json';
import { createUpload } from '../media/upload';

/** The service worker of an extension asks from its own origin; pages of other origins get no answer that a browser would show them. */
const allowOrigins = (origins: readonly string[]) =>
  cors({
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['retry-after'],
    maxAge: 600,
  });

/** Calls of sources, with the token of their account. The token is checked, and the account's limit counted, before a byte is read. */
export function createIngestRouter(
  context: ApiContext,
  endpoints: readonly Endpoint[],
  requestsPerMinute: number,
): Router {
  const { corsOrigins = [] } = context;
  const router = Router();
  if (corsOrigins.length > 0) router.use(allowOrigins(corsOrigins));
  router.use(
    requireAccount(context.gathering.findAccount, context.adminToken),
    limitAccounts(requestsPerMinute),
  );
  router.put('/ingest/media/:mediaId', createUpload(context));
  router.use(readSourceJson);
  mount(
    router,
    endpoints.filter(({ auth }) => auth === 'account'),
  );
  router.use(() => {
    throw notFound('No such address.');
  });
  return router;
}
