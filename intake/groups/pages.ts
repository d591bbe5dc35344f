import { choosePages, toPolicy, type GroupPage, type GroupPolicy } from '../../domain/groups/policy';
import { wasIn, wasNeverIn } from '../../domain/groups/presence';
import { groupBy } from '../../domain/group-by';
import type { LinkId } from '../../domain/ids';
import type { ChatDoc } from '../../store/chats/chats';
import type { MemberDoc } from '../../store/chats/members';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PortalDoc } from '../../store/portals/portal-schema';
import type { Store } from '../../store/store';

/** A page that has a group, and whose it is. */
export interface LinkedPage extends GroupPage {
  link: LinkDoc;
}

/** A policy, and when it was last changed; null: never. */
interface DatedPolicy {
  policy: GroupPolicy;
  at: Date | null;
}

function datePolicy(chat: ChatDoc, portal: PortalDoc | null | undefined): DatedPolicy {
  if (chat.policy) return { policy: chat.policy, at: chat.policyAt ?? null };
  const times = [chat.policyAt, portal?.groupModeAt].flatMap((at) => at?.getTime() ?? []);
  return {
    policy: toPolicy(null, portal?.groupMode),
    at: times.length === 0 ? null : new Date(Math.max(...times)),
  };
}

/** The policy that holds for a group, its own or the portal's. */
export const loadPolicy = async ({ portals }: Store, chat: ChatDoc): Promise<DatedPolicy> =>
  datePolicy(chat, chat.policy ? null : await portals.load(chat.portalId));

/** The pages that have what was said in a group at a time, or without one what is said now. */
export type PagesAt = (at?: Date) => LinkedPage[];

/** Of these pages those whose links are named, where some are. */
export const onlyOf = (pages: readonly LinkedPage[], { linkIds }: { linkIds?: LinkId[] }): LinkedPage[] =>
  pages.filter(({ linkId }) => !linkIds || linkIds.includes(linkId));

/** A group and the policy it goes by. */
interface Governed {
  chat: ChatDoc;
  policy: GroupPolicy;
}

/** Who is in a group, and the links that may have it. */
interface Present {
  members: readonly MemberDoc[];
  links: readonly LinkDoc[];
}

/** Who ever was in it. */
const listPeople = (members: readonly MemberDoc[]): string[] =>
  members.filter((member) => !wasNeverIn(member)).map(({ personId }) => personId);

/** The links that groups of one portal may concern: of those who were in them, and of contacts that were named. */
async function listLinks({ links }: Store, groups: readonly Governed[], members: readonly MemberDoc[]) {
  const [portalId = ''] = groups.map(({ chat }) => chat.portalId);
  const byMembers = new Set(groups.filter(({ policy }) => policy.mode !== 'one').map(({ chat }) => chat._id));
  const people = listPeople(members.filter(({ chatId }) => byMembers.has(chatId)));
  const contacts = groups.flatMap(({ policy }) => (policy.mode === 'one' ? (policy.crmContactId ?? []) : []));
  const [theirs, named] = await Promise.all([
    people.length === 0 ? [] : links.listByPeople(portalId, [...new Set(people)]),
    contacts.length === 0 ? [] : links.listByContacts(portalId, [...new Set(contacts)]),
  ]);
  return [...theirs, ...named];
}

const isOfGroup = (
  { mode, crmContactId }: GroupPolicy,
  people: ReadonlySet<string>,
  link: LinkDoc,
): boolean => (mode === 'one' ? link.crmContactId === crmContactId : people.has(link.personId));

function toPagesAt(policy: GroupPolicy, { members, links: given }: Present): PagesAt {
  const people = new Set(listPeople(members));
  const memberOf = new Map(members.map((member) => [member.personId, member]));
  const open = given.filter((link) => link.state === 'linked' && isOfGroup(policy, people, link));
  const linkOf = new Map(open.map((link) => [link._id, link]));
  const links = [...linkOf.values()].sort((a, b) => (a._id < b._id ? -1 : 1));
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

/** The pages that have groups of one portal by a policy each, by chat; only those of people who are linked. Two or three reads; `read`: their members, read just now. */
async function loadPages(
  store: Store,
  groups: readonly Governed[],
  read: readonly MemberDoc[] | null = null,
): Promise<Map<string, PagesAt>> {
  const on = groups.filter(({ policy }) => policy.mode !== 'off');
  const members = read ?? (await store.members.listOfChats(on.map(({ chat }) => chat._id)));
  const links = on.length === 0 ? [] : await listLinks(store, on, members);
  const membersOf = groupBy(members, ({ chatId }) => chatId);
  return new Map(
    groups.map(({ chat: { _id }, policy }) => [
      _id,
      toPagesAt(policy, { members: membersOf.get(_id) ?? [], links }),
    ]),
  );
}

const nowhere: PagesAt = () => [];

/** The pages that have a group now by a policy. */
export const listPages = async (store: Store, chat: ChatDoc, policy: GroupPolicy): Promise<LinkedPage[]> =>
  ((await loadPages(store, [{ chat, policy }])).get(chat._id) ?? nowhere)();

/** The pages of each time, of groups of one portal, by chat: who has left still has what was said before. */
export async function loadPagesOfMany(
  store: Store,
  chats: readonly ChatDoc[],
  members: readonly MemberDoc[] | null = null,
): Promise<Map<string, PagesAt>> {
  const lacking = chats.find(({ policy }) => !policy);
  const portal = lacking && (await store.portals.load(lacking.portalId));
  return loadPages(
    store,
    chats.map((chat) => ({ chat, policy: datePolicy(chat, portal).policy })),
    members,
  );
}

/** The pages of each time of one group. */
export const loadPagesOf = async (store: Store, chat: ChatDoc): Promise<PagesAt> =>
  (await loadPagesOfMany(store, [chat])).get(chat._id) ?? nowhere;

/** The pages that have it now. */
export const listPagesOf = async (store: Store, chat: ChatDoc): Promise<LinkedPage[]> =>
  (await loadPagesOf(store, chat))();
