import { rateLimit } from 'express-rate-limit';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../telemetry';
import { accountOf, actorOf } from './auth';
import { maskAddress } from './mask-address';
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
    // Behind a proxy that is not trusted all callers share its address: only strangers are counted by it.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => next(new Problem('too_many_requests')),
  });

/** At most so many requests a minute of one user or token; then a 429 with `Retry-After`. */
export const limitActors = (requestsPerMinute: number): RequestHandler =>
  limit(requestsPerMinute, (_request, response) => {
    const { kind, id } = actorOf(response, 'viewer');
    return `${kind}/${id}`;
  });

/** The same for each account whose token or signature was right: what strangers send counts for nobody's source. */
export const limitAccounts = (requestsPerMinute: number): RequestHandler =>
  limit(requestsPerMinute, (_request, response) => accountOf(response)._id);

/** Attempts with a secret that is not ours: these are logged. */
const wrongSecrets: ReadonlySet<ProblemCode> = new Set([
  'bad_token',
  'wrong_token_kind',
  'bad_signature',
  'log_in_code_used',
]);
const others: ReadonlySet<ProblemCode> = new Set(['missing_token', 'session_ended', 'page_header_missing']);

/** Nobody was let in: an address that is not there counts then, too. */
const isFailure = ({ code }: Problem, { locals }: Response): boolean =>
  wrongSecrets.has(code) ||
  others.has(code) ||
  (code === 'not_found' && !locals['actor'] && !locals['account']);

/**
 * Failed attempts have a bucket of their own for each address: beyond it they get a 429. It never refuses who has the right token or
 * signature, so that a stranger behind the same proxy silences no source. Wrong secrets are logged, as many as the bucket holds.
 */
export function limitFailures(failuresPerMinute: number, logger: Logger): ErrorRequestHandler {
  const count = limit(failuresPerMinute);
  return (error: unknown, request, response, next) => {
    if (!(error instanceof Problem) || !isFailure(error, response)) return void next(error);
    void count(request, response, (refusal?: unknown) => {
      const isLogged = refusal === undefined && wrongSecrets.has(error.code);
      if (isLogged) logger.warn({ problem: error.code, from: maskAddress(request.ip) }, 'not let in');
      next(refusal ?? error);
    });
  };
}
