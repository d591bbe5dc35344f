import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { Problem } from './problem';
import { isStoreAway } from '../../store/store-away';

const challenge = 'Bearer realm="Contact Link"';
const missing = () => new Problem('missing_token', { headers: { 'WWW-Authenticate': challenge } });
const wrong = () =>
  new Problem('bad_token', { headers: { 'WWW-Authenticate': `${challenge}, error="invalid_token"` } });
const otherKind = (detail: string) =>
  new Problem('wrong_token_kind', {
    detail,
    headers: { 'WWW-Authenticate': `${challenge}, error="insufficient_scope"` },
  });

function readBearer(header: string | undefined): string {
  const [, token] = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '') ?? [];
  if (token === undefined) throw missing();
  return token;
}

/** Hashes make the lengths equal, so that the comparison takes the same time for every token. */
const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

async function isAccountToken(store: Store, token: string): Promise<boolean> {
  try {
    return (await store.accounts.findByToken(token)) !== null;
  } catch (error) {
    if (isStoreAway(error)) return false;
    throw error;
  }
}

/** Lets the administrator's token through. An account's token is known but not allowed: 403. */
export function requireAdmin(store: Store, adminToken: string): RequestHandler {
  return async (request, _response, next) => {
    const token = readBearer(request.headers.authorization);
    if (!isSame(token, adminToken)) {
      if (await isAccountToken(store, token))
        throw otherKind('An account’s token opens /api/v1/ingest only.');
      throw wrong();
    }
    next();
  };
}

/** Lets an account's ingest token through and remembers the account for `accountOf`. */
export function requireAccount(store: Store, adminToken: string): RequestHandler {
  return async (request, response, next) => {
    const token = readBearer(request.headers.authorization);
    if (isSame(token, adminToken)) throw otherKind('Ingest needs the token of an account.');
    const account = await store.accounts.findByToken(token);
    if (!account) throw wrong();
    response.locals['account'] = account;
    next();
  };
}

/** The account whose token opened this request. */
export function accountOf(response: Response): AccountDoc {
  const account = response.locals['account'] as AccountDoc | undefined;
  if (!account) throw wrong();
  return account;
}
