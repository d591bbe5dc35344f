import { toPolicy, type GroupPolicy } from '../../domain/groups/policy';
import { absencesOf } from '../../domain/groups/share';
import { toGroupTarget, toLinkTarget, type LinkId } from '../../domain/ids';
import type { ChatDoc } from '../../store/chats/chats';
import type { MemberDoc } from '../../store/chats/members';
import type { ItemsOfPage } from '../../store/delivery/page-counts';
import { countWaiting, countWaitingFor, type Waiting } from '../../store/delivery/target-counts';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

/** A link, and what decides how much of a group is for its page. */
type Counted = Pick<LinkDoc, '_id' | 'personId' | 'state' | 'crmContactId'>;

async function loadPolicies(
  { portals }: Store,
  chats: readonly ChatDoc[],
): Promise<Map<string, GroupPolicy>> {
  const ids = new Set(chats.flatMap(({ policy, portalId }) => (policy ? [] : portalId)));
  const modes = new Map(
    await Promise.all([...ids].map(async (id) => [id, (await portals.load(id))?.groupMode] as const)),
  );
  return new Map(chats.map(({ _id, policy, portalId }) => [_id, toPolicy(policy, modes.get(portalId))]));
}

/** The groups of some links of which something waits, with the policy of each. */
interface WaitingGroups {
  policies: ReadonlyMap<string, GroupPolicy>;
  /** What entries name these links' pages for, and is not there yet. */
  open: readonly ItemsOfPage[];
}

const nothing = (): Waiting => ({ live: 0, history: 0 });

function add(sum: Waiting, { live, history }: Waiting): void {
  sum.live += live;
  sum.history += history;
}

/** Adds what one group is to bring onto a link's page: its rows, and what its entries could not show there. */
async function addGroup(
  store: Store,
  sum: Waiting,
  { policies, open }: WaitingGroups,
  { link, member }: { link: Counted; member: MemberDoc },
): Promise<void> {
  const policy = policies.get(member.chatId);
  const target = toGroupTarget(member.chatId);
  const absences = policy ? absencesOf(policy, link, member) : null;
  if (absences) add(sum, await countWaitingFor(store, { target, linkId: link._id, absences }));
  for (const { linkId, chatId, lane, state, items } of open) {
    if (linkId !== link._id || chatId !== member.chatId) continue;
    // What is planned for the page has its rows still; where they are not counted by now, it comes all the same.
    if (state === 'aside' || absences === null) sum[lane] += items;
  }
}

/** `countWaitingOfLinks`, where their memberships are read already. */
export async function countWaitingWith(
  store: Store,
  links: readonly Counted[],
  members: readonly MemberDoc[],
): Promise<Map<LinkId, Waiting>> {
  const targets = [...new Set(members.map(({ chatId }) => toGroupTarget(chatId)))];
  const rows = await countWaiting(store, [...links.map(({ _id }) => toLinkTarget(_id)), ...targets]);
  const sums = new Map(links.map(({ _id }) => [_id, rows.get(toLinkTarget(_id)) ?? nothing()]));
  if (members.length === 0) return sums;
  const isBusy = ({ chatId }: MemberDoc) => {
    const { live, history } = rows.get(toGroupTarget(chatId)) ?? nothing();
    return live + history > 0;
  };
  const busy = [...new Set(members.filter(isBusy).map(({ chatId }) => chatId))];
  const policies = await loadPolicies(store, busy.length === 0 ? [] : await store.chats.loadMany(busy));
  const linkOf = new Map(links.map((link) => [link.personId, link]));
  const open = await store.entries.countOpenItems(
    members.flatMap(({ personId }) => linkOf.get(personId)?._id ?? []),
  );
  for (const member of members) {
    const link = linkOf.get(member.personId);
    const sum = link && sums.get(link._id);
    if (sum) await addGroup(store, sum, { policies, open }, { link, member });
  }
  return sums;
}

/**
 * What waits for the pages of these links: rows of their own chats; of the groups that they are, or were, in, the rows of what was said
 * while they were, where the group's policy gives it to them; and what a group's comment could not show on their page yet.
 */
export async function countWaitingOfLinks(
  store: Store,
  links: readonly Counted[],
): Promise<Map<LinkId, Waiting>> {
  return countWaitingWith(
    store,
    links,
    await store.members.listOfPeople(links.map(({ personId }) => personId)),
  );
}
