import { z } from 'zod';
import { groupModes, type GroupPolicy } from '../../domain/groups/policy';
import { listPages, listPagesOf, loadPolicy, type LinkedPage } from '../../intake/groups/pages';
import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';
import { linkRhythm } from '../cards/link-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { crmContactIdField, crmContactIdQuery } from '../http/fields';
import { orNotFound, Problem } from '../http/problem';

const mode = z.enum(groupModes).meta({
  description:
    '`linked-members`: the pages of all linked members; `speakers`: of those who have spoken in it; `one`: of the contact that is named; `off`: nobody’s.',
});

const wishedMode = z
  .enum([...groupModes, 'default'])
  .meta({ description: 'As in the answer; `default`: as the portal says for all groups.' });

const pageSchema = z
  .object({
    crmContactId: z.number(),
    name: z.string().nullable().meta({ description: 'How the linked person is called.' }),
    linkId: z.string(),
    rhythm: linkRhythm.meta({ description: '`paused`: what comes meanwhile follows when it is resumed.' }),
    why: z.enum(['member', 'speaker', 'named']),
  })
  .meta({ id: 'GroupPage', description: 'A contact’s page that has the group, and why.' });

const policySchema = z
  .object({
    chatId: z.string(),
    mode,
    crmContactId: z.number().nullable(),
    isDefault: z
      .boolean()
      .meta({ description: 'The group has no policy of its own, and follows the portal’s.' }),
    pages: z.array(pageSchema),
  })
  .meta({ id: 'GroupPolicy', description: 'On whose pages a group is.' });

async function loadGroup({ chats }: Store, chatId: string): Promise<ChatDoc> {
  const chat = orNotFound(await chats.load(chatId), 'chat');
  if (chat.kind !== 'group') throw new Problem('not_a_group');
  return chat;
}

async function showPages({ people }: Store, pages: readonly LinkedPage[]) {
  const persons = await people.loadMany(pages.map(({ link }) => link.personId));
  const nameOf = new Map(persons.map(({ _id, name }) => [_id, name]));
  return pages.map(({ crmContactId, linkId, why, link: { personId, rhythm } }) => {
    return { crmContactId, linkId, why, rhythm, name: nameOf.get(personId) ?? null };
  });
}

async function showPolicy(store: Store, chat: ChatDoc): Promise<z.output<typeof policySchema>> {
  const { policy } = await loadPolicy(store, chat);
  const pages = await showPages(store, await listPagesOf(store, chat));
  return { chatId: chat._id, ...policy, isDefault: !chat.policy, pages };
}

/** A contact that is to have a group must be linked with somebody: a link is what brings messages to its page. */
async function checkNamed(
  store: Store,
  chat: ChatDoc,
  { mode: is, crmContactId }: GroupPolicy,
): Promise<void> {
  if (is !== 'one') return;
  if (crmContactId === null) {
    const errors = [{ field: 'crmContactId', message: 'is needed for the mode `one`' }];
    throw new Problem('invalid_request', { errors });
  }
  const links = await store.links.listByContacts(chat.portalId, [crmContactId]);
  if (links.length === 0) throw new Problem('contact_not_linked');
}

const toPolicy = (is: GroupPolicy['mode'], crmContactId: number | undefined): GroupPolicy => ({
  mode: is,
  crmContactId: is === 'one' ? (crmContactId ?? null) : null,
});

/** On whose pages a group is, and would be. */
export function createGroupPolicyRoutes({ store }: ApiContext): Endpoint[] {
  const tag = 'Groups';
  const refusals = { 409: { description: '`not_a_group`; `contact_not_linked`: nobody is linked with it.' } };
  return [
    endpoint('GET /chats/:chatId/group-policy', {
      role: 'viewer',
      operationId: 'getGroupPolicy',
      tag,
      summary: 'Show on whose pages a group is',
      answers: { 200: { description: 'The policy that holds.', schema: policySchema }, ...refusals },
      handle: async ({ params }) => ok(await showPolicy(store, await loadGroup(store, params.chatId))),
    }),
    endpoint('PUT /chats/:chatId/group-policy', {
      role: 'agent',
      operationId: 'setGroupPolicy',
      tag,
      summary: 'Change on whose pages a group is: of messages that come from now on',
      body: z.strictObject({
        mode: wishedMode,
        crmContactId: crmContactIdField.optional().meta({ description: 'Only with `one`.' }),
      }),
      answers: { 200: { description: 'The policy that holds now.', schema: policySchema }, ...refusals },
      async handle({ params, body }) {
        const chat = await loadGroup(store, params.chatId);
        const policy = body.mode === 'default' ? null : toPolicy(body.mode, body.crmContactId);
        if (policy) await checkNamed(store, chat, policy);
        return ok(await showPolicy(store, orNotFound(await store.chats.setPolicy(chat._id, policy), 'chat')));
      },
    }),
    endpoint('GET /chats/:chatId/group-policy/preview', {
      role: 'viewer',
      operationId: 'previewGroupPolicy',
      tag,
      summary: 'Show on whose pages a group would be; nothing is changed',
      query: z.strictObject({ mode: wishedMode, crmContactId: crmContactIdQuery.optional() }),
      answers: { 200: { description: 'As it would be.', schema: policySchema }, ...refusals },
      async handle({ params, query }) {
        const chat = await loadGroup(store, params.chatId);
        const isDefault = query.mode === 'default';
        const policy =
          query.mode === 'default'
            ? (await loadPolicy(store, { ...chat, policy: null })).policy
            : toPolicy(query.mode, query.crmContactId);
        await checkNamed(store, chat, policy);
        const pages = await showPages(store, await listPages(store, chat, policy));
        return ok({ chatId: chat._id, ...policy, isDefault, pages });
      },
    }),
  ];
}
