import { rateLimit } from 'express-rate-limit';
import type { RequestHandler } from 'express';
import { Problem } from './problem';

const minuteMs = 60_000;

/** At most so many requests a minute from one address; then a 429 with `Retry-After`. */
export const limitRequests = (requestsPerMinute: number): RequestHandler =>
  rateLimit({
    windowMs: minuteMs,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Behind a proxy all callers share its address: the limit is then for all of them.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => next(new Problem('too_many_requests')),
  });
