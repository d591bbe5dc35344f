import { groupBy } from '../../domain/group-by';
import { canCarry } from '../../domain/groups/carrier';
import { toGroupTarget, toLinkTarget, type Target } from '../../domain/ids';
import type { ChatDoc } from '../../store/chats/chats';
import type { MemberDoc } from '../../store/chats/members';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { listWaitingPages } from './page-runs';

/** The groups that a link has to look at, each by its membership, and the targets that its rounds ask for. */
export interface Groups {
  members: readonly MemberDoc[];
  targets: readonly Target[];
}

/** One indexed read a round; most people are in no group. */
export async function loadGroups({ members }: Store, link: LinkDoc): Promise<Groups> {
  const all = await members.listOfPerson(link.personId);
  return { members: all, targets: all.map(({ chatId }) => toGroupTarget(chatId)) };
}

/** Those of the links for which something waits, of their own chats or of a group. */
export async function whichHaveWork(store: Store, links: readonly LinkDoc[]): Promise<Set<string>> {
  const members = groupBy(
    await store.members.listOfPeople(links.map(({ personId }) => personId)),
    ({ personId }) => personId,
  );
  const targetsOf = ({ _id, personId }: LinkDoc): Target[] => [
    toLinkTarget(_id),
    ...(members.get(personId) ?? []).map(({ chatId }) => toGroupTarget(chatId)),
  ];
  const all = [...new Set(links.flatMap(targetsOf))];
  // Rows are looked at before entries: a row leaves only after its entry stands.
  const waiting = await store.outbox.whichWait(all);
  const unsettled = await store.entries.whichUnsettled(all);
  const isBusy = (link: LinkDoc) =>
    (members.get(link.personId) ?? []).some(({ missed }) => missed > 0) ||
    targetsOf(link).some((target) => waiting.has(target) || unsettled.has(target));
  return new Set(links.filter(isBusy).map(({ _id }) => _id));
}

/** Whether something waits for the link: of its own chats or of a group. */
export const hasWork = async (
  store: Store,
  linkId: string,
  { members, targets }: Groups,
): Promise<boolean> => {
  const all = [toLinkTarget(linkId), ...targets];
  return (
    members.some(({ missed }) => missed > 0) ||
    (await store.outbox.hasAny(...all)) ||
    (await store.entries.hasUnsettled(...all))
  );
};

/** A group with something waiting, and what it is to a link. */
export interface WaitingGroup {
  chat: ChatDoc;
  target: Target;
  /** It is, or will be, on the link's page. */
  isOnPage: boolean;
  /** The link is to carry it, if no other does just now. */
  isToCarry: boolean;
}

/** Whether something planned, by the policy of then, is for this link's page. */
async function isPlannedFor({ entries }: Store, target: Target, linkId: string): Promise<boolean> {
  const lanes = await Promise.all([
    entries.listUnsettled(target, 'live'),
    entries.listUnsettled(target, 'history'),
  ]);
  return lanes.flat().some(({ bindings }) => bindings?.some((one) => one.linkId === linkId) ?? false);
}

/** The groups of a link that have something waiting. */
export async function listWaitingGroups(
  store: Store,
  link: LinkDoc,
  { members, targets }: Groups,
): Promise<WaitingGroup[]> {
  if (targets.length === 0) return [];
  // What is said again has no rows.
  const [rows, unsettled] = await Promise.all([
    store.outbox.whichWait(targets),
    store.entries.whichUnsettled(targets),
  ]);
  const waiting = new Set([...rows, ...unsettled]);
  const chatIds = members.map(({ chatId }) => chatId).filter((chatId) => waiting.has(toGroupTarget(chatId)));
  const chats = chatIds.length === 0 ? [] : await store.chats.loadMany(chatIds);
  const found: WaitingGroup[] = [];
  for (const chat of chats) {
    const target = toGroupTarget(chat._id);
    const pages = await listWaitingPages(store, chat);
    const isOnPage =
      pages.some(({ linkId }) => linkId === link._id) || (await isPlannedFor(store, target, link._id));
    // Entries whose pages are all gone are cancelled, or recorded to their end, by anybody.
    const isNobodys = !pages.some((page) => canCarry(page.link));
    found.push({ chat, target, isOnPage, isToCarry: canCarry(link) && (isOnPage || isNobodys) });
  }
  return found;
}
