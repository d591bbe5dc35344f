import type { Request, Response } from 'express';
import { administrator } from '../../domain/access';
import type { SessionDoc } from '../../store/access/sessions';
import type { Store } from '../../store/store';
import { isStoreAway } from '../../store/store-away';
import type { ApiContext } from '../context';
import { badToken, findBearer, isSameToken, missingToken, otherKind, type Actor } from '../http/auth';
import { Problem } from '../http/problem';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A page of another site cannot send it without asking first, and we allow nobody. */
export const pageHeader = 'x-contact-link';

async function isAccountToken(store: Store, token: string): Promise<boolean> {
  try {
    return (await store.accounts.findByToken(token)) !== null;
  } catch (error) {
    if (isStoreAway(error)) return false;
    throw error;
  }
}

async function byToken({ store, adminToken }: ApiContext, token: string): Promise<Actor> {
  if (isSameToken(token, adminToken)) return { ...administrator, role: 'admin', sessionId: null };
  const found = await store.tokens.findByToken(token);
  if (found) {
    await store.tokens.recordUse(found, new Date());
    return { kind: 'token', id: found._id, name: found.name, role: found.role, sessionId: null };
  }
  if (await isAccountToken(store, token)) throw otherKind('An account’s token opens /api/v1/ingest only.');
  throw badToken();
}

/** The user is read each time: a new role, and the end of a user, hold at once. Null: the user is gone. */
async function ofSession({ store }: ApiContext, { _id, userId }: SessionDoc): Promise<Actor | null> {
  if (userId === null) return { ...administrator, role: 'admin', sessionId: _id };
  const user = await store.users.load(userId);
  return user && { kind: 'user', id: user._id, name: user.name, role: user.role, sessionId: _id };
}

async function byCookie(
  context: ApiContext,
  secret: string,
  request: Request,
  response: Response,
): Promise<Actor> {
  const { store, sessionCookie } = context;
  if (!safeMethods.has(request.method) && request.get(pageHeader) === undefined)
    throw new Problem('page_header_missing', { detail: `Send the header ${pageHeader}: 1 with it.` });
  const now = new Date();
  const session = await store.sessions.findOpen(secret, now);
  const actor = session && (await ofSession(context, session));
  if (!actor) throw new Problem('session_ended', { headers: { 'Set-Cookie': sessionCookie.drop() } });
  const expiresAt = await store.sessions.prolong(session, now);
  if (expiresAt === null) return actor;
  response.append('Set-Cookie', sessionCookie.keep(secret, expiresAt));
  if (actor.kind === 'user' && actor.id !== null) await store.users.recordSeen(actor.id, now);
  return actor;
}

/** Whom a request is from: by its token, or by the cookie of a log-in. */
export const createIdentify =
  (context: ApiContext) =>
  async (request: Request, response: Response): Promise<Actor> => {
    const token = findBearer(request.headers.authorization);
    if (token !== null) return byToken(context, token);
    if (request.headers.authorization !== undefined) throw missingToken();
    const secret = context.sessionCookie.find(request.headers.cookie);
    if (secret === null) throw missingToken();
    return byCookie(context, secret, request, response);
  };

/** Whether an actor still is let in: a stream that is open asks now and then. */
export async function isStillIn({ store }: ApiContext, { kind, id, sessionId }: Actor): Promise<boolean> {
  if (kind === 'token') return id !== null && store.tokens.has(id);
  if (sessionId === null) return true;
  if (!(await store.sessions.hasOpen(sessionId, new Date()))) return false;
  return id === null || (await store.users.load(id)) !== null;
}
