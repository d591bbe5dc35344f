import { choosePages, toPolicy, type GroupPage, type GroupPolicy } from '../../domain/groups/policy';
import { wasIn, wasNeverIn } from '../../domain/groups/presence';
import type { LinkId } from '../../domain/ids';
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
  const people = members.filter((member) => !wasNeverIn(member)).map(({ personId }) => personId);
  return people.length === 0 ? [] : store.links.listByPeople(portalId, people);
}

/** The pages that have what was said in a group at a time, or without one what is said now. */
export type PagesAt = (at?: Date) => LinkedPage[];

/** Of these pages those whose links are named, where some are. */
export const onlyOf = (pages: readonly LinkedPage[], { linkIds }: { linkIds?: LinkId[] }): LinkedPage[] =>
  pages.filter(({ linkId }) => !linkIds || linkIds.includes(linkId));

/** The pages that have a group by a policy, in the order of their links; only those of people who are linked. */
async function loadPages(store: Store, chat: ChatDoc, policy: GroupPolicy): Promise<PagesAt> {
  if (policy.mode === 'off') return () => [];
  const members = await store.members.listOfChat(chat._id);
  const memberOf = new Map(members.map((member) => [member.personId, member]));
  const links = (await listLinks(store, chat, policy, members))
    .filter(({ state }) => state === 'linked')
    .sort((a, b) => (a._id < b._id ? -1 : 1));
  const linkOf = new Map(links.map((link) => [link._id, link]));
  const toCandidate = ({ _id: linkId, crmContactId, personId }: LinkDoc, at?: Date) => {
    const member = memberOf.get(personId);
    const isMember = member !== undefined && (at ? wasIn(member, at) : member.leftAt === null);
    const hasSpoken = (member?.spokeAt ?? null) !== null;
    return crmContactId === null ? [] : [{ linkId, crmContactId, isMember, hasSpoken }];
  };
  return (at) =>
    choosePages(
      policy,
      links.flatMap((link) => toCandidate(link, at)),
    ).flatMap((page) => {
      const link = linkOf.get(page.linkId);
      return link ? [{ ...page, link }] : [];
    });
}

/** The pages that have a group now by a policy. */
export const listPages = async (store: Store, chat: ChatDoc, policy: GroupPolicy): Promise<LinkedPage[]> =>
  (await loadPages(store, chat, policy))();

/** The pages of each time: who has left still has what was said before. */
export const loadPagesOf = async (store: Store, chat: ChatDoc): Promise<PagesAt> =>
  loadPages(store, chat, (await loadPolicy(store, chat)).policy);

/** The pages that have it now. */
export const listPagesOf = async (store: Store, chat: ChatDoc): Promise<LinkedPage[]> =>
  (await loadPagesOf(store, chat))();
