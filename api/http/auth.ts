import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { mayDo, type Role, type Who } from '../../domain/access';
import type { Bearer } from '../../intake/gather';
import type { AccountDoc } from '../../store/accounts';
import { letIn } from '../door/let-in';
import { Problem } from './problem';

/** Who sent a request, and what they may do. */
export interface Actor extends Who {
  role: Role;
  /** The log-in of a browser; null for a token. */
  sessionId: string | null;
}

const challenge = 'Bearer realm="Contact Link"';
export const missingToken = () =>
  new Problem('missing_token', { headers: { 'WWW-Authenticate': challenge } });
export const badToken = () =>
  new Problem('bad_token', { headers: { 'WWW-Authenticate': `${challenge}, error="invalid_token"` } });
export const otherKind = (detail: string) =>
  new Problem('wrong_token_kind', {
    detail,
    headers: { 'WWW-Authenticate': `${challenge}, error="insufficient_scope"` },
  });

/** The bearer token of a request; null: it has none. */
export const findBearer = (header: string | undefined): string | null =>
  /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1] ?? null;

/** Hashes make the lengths equal, so that the comparison takes the same time for every token. */
export const isSameToken = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** Lets through whom `identify` knows, and remembers them for `actorOf`. */
export const requireActor =
  (identify: (...call: Parameters<RequestHandler>) => Promise<Actor>): RequestHandler =>
  async (request, response, next) => {
    response.locals['actor'] = await identify(request, response, next);
    letIn(request);
    next();
  };

/** Whom this request is from, once they may do what needs this role. */
export function actorOf(response: Response, needed: Role): Actor {
  const actor = response.locals['actor'] as Actor | undefined;
  if (!actor) throw missingToken();
  if (mayDo(actor.role, needed)) return actor;
  throw new Problem('role_too_low', { detail: `This needs the role ${needed}; yours is ${actor.role}.` });
}

/** Lets an account's ingest token through and remembers the account for `accountOf`. */
export function requireAccount(
  findAccount: (bearer: Bearer) => Promise<AccountDoc | null>,
  adminToken: string,
): RequestHandler {
  return async (request, response, next) => {
    const token = findBearer(request.headers.authorization);
    if (token === null) throw missingToken();
    if (isSameToken(token, adminToken)) throw otherKind('Ingest needs the token of an account.');
    const account = await findAccount({ token, mayWait: request.method === 'PUT' });
    if (!account) throw badToken();
    response.locals['account'] = account;
    letIn(request);
    next();
  };
}

/** The account whose token opened this request. */
export function accountOf(response: Response): AccountDoc {
  const account = response.locals['account'] as AccountDoc | undefined;
  if (!account) throw badToken();
  return account;
}
