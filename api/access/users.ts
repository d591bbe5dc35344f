import { z } from 'zod';
import type { UserDoc } from '../../store/access/users';
import type { ApiContext } from '../context';
import { toCard } from '../cards/to-card';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { nameField, timeField } from '../http/fields';
import { notFound, orNotFound } from '../http/problem';
import { logInLinkSchema, makeLogInLink } from './log-in-link';
import { roleField } from './me-card';

const tag = 'Access';

const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleField,
    createdAt: timeField,
    lastSeenAt: timeField.nullable().meta({ description: 'Within the hour; null: never logged in.' }),
  })
  .meta({ id: 'User', description: 'Somebody who works with the workspace.' });

const invitedSchema = z.object({ user: userSchema, invitation: logInLinkSchema });
const toUser = (user: UserDoc): z.output<typeof userSchema> => toCard(userSchema, user);

/** The users: made with an invitation that logs in once. */
function createNewUserRoutes(context: ApiContext): Endpoint[] {
  const { store } = context;
  return [
    endpoint('POST /users', {
      role: 'admin',
      operationId: 'createUser',
      tag,
      summary: 'Add a user; the invitation logs in once, within a week',
      body: z.strictObject({ name: nameField, role: roleField }),
      answers: { 201: { description: 'Added.', schema: invitedSchema } },
      async handle({ body }) {
        const user = await store.users.add(body);
        return {
          status: 201,
          body: { user: toUser(user), invitation: await makeLogInLink(context, user._id) },
        };
      },
    }),
    endpoint('POST /users/:userId/invitation', {
      role: 'admin',
      operationId: 'inviteUser',
      tag,
      summary: 'Make a new invitation, as for another browser; the one before stops working',
      answers: { 201: { description: 'The invitation.', schema: logInLinkSchema } },
      async handle({ params }) {
        const user = orNotFound(await store.users.load(params.userId), 'user');
        return { status: 201, body: await makeLogInLink(context, user._id) };
      },
    }),
  ];
}

/** Who works with the workspace, and as what. */
export function createUserRoutes(context: ApiContext): Endpoint[] {
  const { store, accessEnded } = context;
  return [
    ...createNewUserRoutes(context),
    endpoint('GET /users', {
      role: 'admin',
      operationId: 'listUsers',
      tag,
      summary: 'List the users',
      answers: { 200: { description: 'All users.', schema: z.object({ items: z.array(userSchema) }) } },
      handle: async () => ok({ items: (await store.users.list()).map(toUser) }),
    }),
    endpoint('PATCH /users/:userId', {
      role: 'admin',
      operationId: 'changeUser',
      tag,
      summary: 'Change a user’s name or role, which holds at once',
      body: z.strictObject({ name: nameField.optional(), role: roleField.optional() }),
      answers: { 200: { description: 'The user.', schema: userSchema } },
      async handle({ params, body: { name, role } }) {
        const set = { ...(name === undefined ? {} : { name }), ...(role === undefined ? {} : { role }) };
        return ok(toUser(orNotFound(await store.users.change(params.userId, set), 'user')));
      },
    }),
    endpoint('DELETE /users/:userId', {
      role: 'admin',
      operationId: 'removeUser',
      tag,
      summary: 'Remove a user: the sessions and the invitation end at once, what was done keeps the name',
      answers: { 204: { description: 'Removed.' } },
      async handle({ params: { userId } }) {
        // Without the user neither opens anything: what a crash leaves of them is only lumber.
        if (!(await store.users.remove(userId))) throw notFound('No such user.');
        await store.sessions.endAll(userId);
        await store.logInCodes.removeOf(userId);
        accessEnded.emit('ended');
        return { status: 204, body: null };
      },
    }),
  ];
}
