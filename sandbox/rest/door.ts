import type { Request } from 'express';
import { doorFaults, type FaultKind, type FaultTarget } from '../faults';
import type { PortalState } from '../portal-state';
import { RestError } from './method';
import type { Reply } from './reply';

const noAuth = () => new RestError(401, 'NO_AUTH_FOUND', 'Wrong authorization data');
const tooMany = () => new RestError(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests');

const doorErrors: Partial<Record<FaultKind, () => RestError>> = {
  revoked: noAuth,
  expiredToken: () => new RestError(401, 'expired_token', 'The access token provided has expired.'),
  noRest: () => new RestError(403, 'ACCESS_DENIED', 'REST API is available only on commercial plans.'),
  overload: () => new RestError(503, 'OVERLOAD_LIMIT', 'REST API is blocked due to overload.'),
  busy: tooMany,
  deletedPortal: () => new RestError(500, 'PORTAL_DELETED', 'Portal was deleted'),
};

/** The checks before every method: the bucket, then faults of the whole portal, then the secret. True: answered. */
export function isTurnedAway(
  portal: PortalState,
  req: Request<{ secret?: string }>,
  reply: Reply,
  target: FaultTarget,
): boolean {
  if (portal.limits !== null && !portal.limits.bucket.take(Date.now())) {
    reply.error(tooMany());
    return true;
  }
  const hit = portal.faults.take(doorFaults, target);
  if (hit?.fault.kind === 'moved') {
    reply.redirect(`${(hit.fault.to ?? '').replace(/\/$/, '')}${req.originalUrl}`);
    return true;
  }
  const error = hit === undefined ? undefined : doorErrors[hit.fault.kind]?.();
  if (error !== undefined) reply.error(error);
  else if (req.params.secret !== portal.secret) reply.error(noAuth());
  else return false;
  return true;
}
