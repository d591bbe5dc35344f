import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/api';
import { ProblemError } from './problem';
import { createSend } from './send';

export type Schemas = components['schemas'];

/** Other origins cannot send this header without being asked first: with it a cookie is known to be used by our page. */
const ownHeader = { 'X-Contact-Link': 'workspace' };

/** The API as its own description types it. */
export const api = createClient<paths>({
  credentials: 'same-origin',
  headers: ownHeader,
  fetch: createSend(1_000),
});

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body, or a ProblemError. */
export async function ask<T>(call: Promise<Reply<T>>): Promise<T> {
  const reply = await call.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError(0, {});
  });
  if (reply.response.ok) return reply.data as T;
  throw new ProblemError(reply.response.status, reply.error ?? {});
}
