import { z } from 'zod';
import { groupModes, toPolicy } from '../../domain/groups/policy';
import type { ChatDoc } from '../../store/chats/chats';
import { toGroupTarget } from '../../domain/ids';
import { listGroups, listPresent } from '../../store/chats/group-list';
import { countWaiting } from '../../store/delivery/target-counts';
import type { Store } from '../../store/store';
import { choosePortal } from '../choose-portal';
import type { ApiContext } from '../context';
import type { Endpoint } from '../http/endpoint';
import { idField, searchField } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { orNotFound } from '../http/problem';

const groupSchema = z
  .object({
    chatId: z.string(),
    portalId: z.string(),
    groupJid: z.string(),
    title: z.string().nullable(),
    mode: z.enum(groupModes).meta({ description: 'The policy that holds now.' }),
    crmContactId: z.number().nullable().meta({ description: 'Of the mode `one`.' }),
    isDefault: z.boolean().meta({ description: 'It follows the portal’s policy.' }),
    linkedMembers: z.number().meta({ description: 'Members who are linked with a contact.' }),
    pendingMessages: z.number().meta({
      description: 'What is still to come onto its pages, as the counts of a link are counted.',
    }),
    knownMembers: z.number().meta({ description: 'Members who have spoken in it, or are linked.' }),
  })
  .meta({ id: 'Group', description: 'A WhatsApp group, and on whose pages it is.' });

type Group = z.output<typeof groupSchema>;

/** All of one portal, as they are listed. */
async function showGroups(store: Store, chats: readonly ChatDoc[]): Promise<Group[]> {
  const [first] = chats;
  if (!first) return [];
  const ids = chats.map(({ _id }) => _id);
  const present = await listPresent(store, ids);
  const people = [...new Set(present.map(({ personId }) => personId))];
  const [links, portal, waiting] = await Promise.all([
    store.links.listByPeople(first.portalId, people),
    store.portals.load(first.portalId),
    countWaiting(store, ids.map(toGroupTarget)),
  ]);
  const linked = new Set(links.flatMap(({ state, personId }) => (state === 'linked' ? [personId] : [])));
  return chats.map(({ _id: chatId, portalId, groupJid, title, policy }) => {
    const { live = 0, history = 0 } = waiting.get(toGroupTarget(chatId)) ?? {};
    const members = present.filter((one) => one.chatId === chatId);
    return {
      ...{ chatId, portalId, groupJid: groupJid ?? '', title },
      ...{ ...toPolicy(policy, portal?.groupMode), isDefault: !policy },
      linkedMembers: members.filter(({ personId }) => linked.has(personId)).length,
      knownMembers: members.length,
      pendingMessages: live + history,
    };
  });
}

/** The groups, of all our numbers or of one. */
export const createGroupListRoutes = ({ store, cursors }: ApiContext): Endpoint[] => [
  pageEndpoint(cursors, 'GET /groups', {
    role: 'viewer',
    operationId: 'listGroups',
    tag: 'Groups',
    summary: 'List groups, the newest first, with the policy that holds and how many members are linked',
    items: 'groups',
    item: groupSchema,
    filter: {
      portalId: idField.optional(),
      accountId: idField.optional().meta({ description: 'Only groups that this number of ours is in.' }),
      q: searchField.optional().meta({ description: 'A part of the title.' }),
    },
    async read({ portalId, accountId, q: text }, page) {
      const account =
        accountId === undefined ? null : orNotFound(await store.accounts.load(accountId), 'account');
      const of = account?.portalId ?? (await choosePortal(store, portalId))._id;
      return listGroups(store, { portalId: of, accountId, text }, page);
    },
    show: (chats) => showGroups(store, chats),
  }),
];
