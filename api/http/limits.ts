import { rateLimit } from 'express-rate-limit';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { accountOf } from './auth';
import { Problem } from './problem';
import type { ProblemCode } from './problem-codes';

const minuteMs = 60_000;

const limit = (
  requestsPerMinute: number,
  keyGenerator?: (request: Request, response: Response) => string,
): RequestHandler =>
  rateLimit({
    windowMs: minuteMs,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(keyGenerator ? { keyGenerator } : {}),
    // Behind a proxy all callers share its address: the limit is then for all of them.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => next(new Problem('too_many_requests')),
  });

/** At most so many requests a minute from one address; then a 429 with `Retry-After`. */
export const limitRequests = (requestsPerMinute: number): RequestHandler => limit(requestsPerMinute);

/** The same for each account whose token or signature was right: what strangers send counts for nobody's source. */
export const limitAccounts = (requestsPerMinute: number): RequestHandler =>
  limit(requestsPerMinute, (_request, response) => accountOf(response)._id);

const failures: ReadonlySet<ProblemCode> = new Set([
  'missing_token',
  'bad_token',
  'wrong_token_kind',
  'bad_signature',
  'not_found',
]);

/**
 * Failed attempts have a bucket of their own: beyond it they get a 429. It never refuses who has the right token or signature, so that a
 * stranger behind the same proxy silences no source.
 */
export function limitFailures(failuresPerMinute: number): ErrorRequestHandler {
  const count = limit(failuresPerMinute);
  return (error: unknown, request, response, next) => {
    if (!(error instanceof Problem) || !failures.has(error.code)) return void next(error);
    void count(request, response, (refusal?: unknown) => next(refusal ?? error));
  };
}
