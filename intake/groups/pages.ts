import { choosePages, toPolicy, type GroupPage, type GroupPolicy } from '../../domain/groups/policy';
import type { ChatDoc } from '../../store/chats/chats';
import type { MemberDoc } from '../../store/chats/members';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

/** A page that has a group, and whose it is. */
export interface LinkedPage extends GroupPage {
  link: LinkDoc;
}

/** The policy that holds for a group, its own or the portal's, and when it was last changed; null: never. */
export async function loadPolicy(
  { portals }: Store,
  chat: ChatDoc,
): Promise<{ policy: GroupPolicy; at: Date | null }> {
  if (chat.policy) return { policy: chat.policy, at: chat.policyAt ?? null };
  const portal = await portals.load(chat.portalId);
  const times = [chat.policyAt, portal?.groupModeAt].flatMap((at) => at?.getTime() ?? []);
  return {
    policy: toPolicy(null, portal?.groupMode),
    at: times.length === 0 ? null : new Date(Math.max(...times)),
  };
}

async function listLinks(store: Store, chat: ChatDoc, policy: GroupPolicy, members: readonly MemberDoc[]) {
  const { portalId } = chat;
  const { mode, crmContactId } = policy;
  if (mode === 'off') return [];
  if (mode === 'one')
    return crmContactId === null ? [] : store.links.listByContacts(portalId, [crmContactId]);
  const people = members.filter(({ leftAt }) => leftAt === null).map(({ personId }) => personId);
  return people.length === 0 ? [] : store.links.listByPeople(portalId, people);
}

/** The pages that have a group by a policy, in the order of their links; only those of people who are linked. */
export async function listPages(store: Store, chat: ChatDoc, policy: GroupPolicy): Promise<LinkedPage[]> {
  if (policy.mode === 'off') return [];
  const members = await store.members.listOfChat(chat._id);
  const memberOf = new Map(members.map((member) => [member.personId, member]));
  const links = (await listLinks(store, chat, policy, members))
    .filter(({ state }) => state === 'linked')
    .sort((a, b) => (a._id < b._id ? -1 : 1));
  const linkOf = new Map(links.map((link) => [link._id, link]));
  const candidates = links.flatMap(({ _id: linkId, crmContactId, personId }) => {
    const member = memberOf.get(personId);
    const isMember = member?.leftAt === null;
    const hasSpoken = (member?.spokeAt ?? null) !== null;
    return crmContactId === null ? [] : [{ linkId, crmContactId, isMember, hasSpoken }];
  });
  return choosePages(policy, candidates).flatMap((page) => {
    const link = linkOf.get(page.linkId);
    return link ? [{ ...page, link }] : [];
  });
}

/** The pages that have it now. */
export const listPagesOf = async (store: Store, chat: ChatDoc): Promise<LinkedPage[]> =>
  listPages(store, chat, (await loadPolicy(store, chat)).policy);
