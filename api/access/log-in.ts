import { z } from 'zod';
import { administrator } from '../../domain/access';
import { toWho } from '../cards/who-card';
import type { ApiContext } from '../context';
import type { Actor } from '../http/auth';
import { endpoint, ok, publicEndpoint, type Answer, type Endpoint } from '../http/endpoint';
import { idField } from '../http/fields';
import { Problem } from '../http/problem';
import { mayDo } from '../../domain/access';
import { logInLinkSchema, makeLogInLink } from './log-in-link';
import { meSchema, toMe } from './me-card';

const tag = 'Access';

async function loadWho(
  { store }: ApiContext,
  userId: string | null,
): Promise<Omit<Actor, 'sessionId'> | null> {
  if (userId === null) return { ...administrator, role: 'admin' };
  const user = await store.users.load(userId);
  return user && { kind: 'user', id: user._id, name: user.name, role: user.role };
}

/** The code goes first, so that it opens one session at most. */
async function logIn(context: ApiContext, code: string): Promise<Answer> {
  const { store, sessionCookie } = context;
  const now = new Date();
  const taken = await store.logInCodes.take(code, now);
  const who = taken && (await loadWho(context, taken.userId));
  if (!taken || !who) throw new Problem('log_in_code_used');
  const { session, secret } = await store.sessions.begin(taken.userId, now);
  if (taken.userId !== null) await store.users.recordSeen(taken.userId, now);
  await store.audit.note({ by: toWho(who), action: 'logIn', subject: { kind: 'session', id: session._id } });
  const headers = { 'Set-Cookie': sessionCookie.keep(secret, session.expiresAt) };
  return { ...ok(toMe({ ...who, sessionId: session._id })), headers };
}

/** In by a link that works once, and out again. */
export const createLogInRoutes = (context: ApiContext): Endpoint[] => [
  publicEndpoint('POST /log-in', {
    operationId: 'logIn',
    tag,
    summary: 'Log in with the secret of a link, which works once; the answer sets the cookie of the session',
    body: z.strictObject({
      code: z.string().min(1).max(200).meta({ description: 'What stands behind the `#` of the link.' }),
    }),
    answers: {
      200: { description: 'Logged in.', schema: meSchema },
      401: { description: '`log_in_code_used`: the link was used, is over, or was replaced by another.' },
    },
    handle: ({ body }) => logIn(context, body.code),
  }),
  endpoint('POST /log-in-links', {
    role: 'admin',
    operationId: 'createLogInLink',
    tag,
    summary: 'Make a link that logs the administrator in once, within a day; the one before stops working',
    answers: { 201: { description: 'The link.', schema: logInLinkSchema } },
    handle: async () => ({ status: 201, body: await makeLogInLink(context, null) }),
  }),
  endpoint('GET /me', {
    role: 'viewer',
    operationId: 'getMe',
    tag,
    summary: 'Who is asking, and with which role',
    answers: { 200: { description: 'The user, or the token.', schema: meSchema } },
    handle: ({ actor }) => Promise.resolve(ok(toMe(actor))),
  }),
];

/** The end of sessions. */
export const createLogOutRoutes = ({ store, sessionCookie, accessEnded }: ApiContext): Endpoint[] => [
  endpoint('POST /log-out', {
    role: 'viewer',
    operationId: 'logOut',
    tag,
    summary: 'End this session; for a token there is nothing to end',
    answers: { 204: { description: 'Ended.' } },
    async handle({ actor }) {
      if (actor.sessionId !== null) await store.sessions.end(actor.sessionId);
      accessEnded.emit('ended');
      return { status: 204, body: null, headers: { 'Set-Cookie': sessionCookie.drop() } };
    },
  }),
  endpoint('DELETE /sessions', {
    role: 'viewer',
    operationId: 'endSessions',
    tag,
    summary: 'End all sessions of one’s own, everywhere, or, for an admin, of a user',
    query: z.strictObject({ userId: idField.optional() }),
    answers: {
      200: { description: 'How many were ended.', schema: z.object({ ended: z.number() }) },
      403: { description: '`role_too_low`: the sessions of others are for admins.' },
    },
    async handle({ actor, query: { userId } }) {
      const isOther = userId !== undefined && userId !== actor.id;
      if (isOther && !mayDo(actor.role, 'admin')) throw new Problem('role_too_low');
      const hasOwn = actor.kind !== 'token';
      const ended = isOther || hasOwn ? await store.sessions.endAll(userId ?? actor.id) : 0;
      accessEnded.emit('ended');
      return ok({ ended });
    },
  }),
];
