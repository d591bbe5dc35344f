import type { GroupChange } from '../../domain/content/details';
import type { GroupRoster } from '../../domain/groups/roster';
import type { Entered, MemberDoc } from '../../store/chats/members';
import type { Store } from '../../store/store';
import type { Current } from '../current-chats';

const comings: readonly GroupChange[] = ['joined', 'added', 'created'];
const goings: readonly GroupChange[] = ['left', 'removed'];
/** Of these the speaker is one of those who came or went. */
const byThemselves: readonly GroupChange[] = ['joined', 'left'];

const noticeOf = ({ version }: Current) => version.details?.group ?? null;

/**
 * Whoever speaks in a group is in it. A person merged meanwhile may have been moved before this: the sweep moves them again.
 * Nobody is looked up for it. True: who is in the groups is another than was read.
 */
async function noteSpeakers(
  store: Store,
  placed: readonly Current[],
  read: readonly MemberDoc[],
): Promise<boolean> {
  const entered = new Map<string, Entered>();
  for (const one of placed) {
    const { speakerId: personId, sentAt: at } = one.version;
    const isGone = goings.includes(noticeOf(one)?.change ?? 'created');
    if (personId === undefined || one.file || isGone) continue;
    const { portalId, _id: chatId } = one.chat;
    const key = `${chatId}/${personId}`;
    if ((entered.get(key)?.at ?? new Date(0)) < at) entered.set(key, { portalId, chatId, personId, at });
  }
  if (entered.size === 0) return false;
  const hasChanged = await store.members.enter([...entered.values()], true, read);
  const people = await store.people.loadMany([...entered.values()].map(({ personId }) => personId));
  for (const { _id, mergedInto } of people) if (mergedInto) await store.people.reopenMerge(_id);
  return hasChanged;
}

/** One notice of who came or went: the list of participants is changed for those whom nobody knows, too. */
async function followNotice(store: Store, { chat, version }: Current): Promise<void> {
  const notice = version.details?.group;
  const isComing = notice && comings.includes(notice.change);
  if (!notice || !(isComing || goings.includes(notice.change))) return;
  const { portalId, _id: chatId } = chat;
  const at = version.sentAt;
  const keys = notice.people.filter(({ isUs }) => !isUs).map(({ key }) => key);
  const speakers = byThemselves.includes(notice.change) ? [version.speakerId ?? []].flat() : [];
  const known = keys.length === 0 ? [] : await store.people.listByAliases(portalId, keys);
  const people = [...new Set([...speakers, ...known.map(({ _id }) => _id)])];
  if (isComing) await store.members.enter(people.map((personId) => ({ portalId, chatId, personId, at })));
  else await store.members.leave(chatId, people, at);
  await store.rosters.change({ _id: chatId, portalId, at }, isComing ? { add: keys } : { remove: keys });
}

/** Who is in the groups, as far as messages tell. Safe to repeat. Gives their members; null: they are others than were read. */
export async function noteMembers(store: Store, placed: readonly Current[]): Promise<MemberDoc[] | null> {
  const members = await store.members.listOfChats([...new Set(placed.map(({ chat }) => chat._id))]);
  const hasChanged = await noteSpeakers(store, placed, members);
  const notices = placed.filter(noticeOf);
  for (const one of notices) await followNotice(store, one);
  return hasChanged || notices.length > 0 ? null : members;
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((key, index) => key === other[index]);

/**
 * The whole list of a group's participants: who is known of them is in the group, and who is not listed has left. People are not made
 * of the others: their aliases are kept, for when they are linked. The list is saved last: a crash before it does all of this again.
 */
async function takeRoster(store: Store, portalId: string, roster: GroupRoster, at: Date): Promise<void> {
  const { groupJid, title, participants } = roster;
  const [chat] = await store.chats.findOrCreate(portalId, [{ groupJid, title }]);
  if (!chat) return;
  const keys = [...new Set(participants.flat().map(({ key }) => key))].sort();
  const known = await store.rosters.load(chat._id);
  if (known && isSame(known.keys, keys)) return;
  const people = keys.length === 0 ? [] : await store.people.listByAliases(portalId, keys);
  const present = people.map(({ _id: personId }) => ({ portalId, chatId: chat._id, personId, at }));
  await store.members.enter(present);
  const listed = new Set(people.map(({ _id }) => _id));
  const gone = (await store.members.listOfChat(chat._id)).filter(
    ({ personId, leftAt }) => leftAt === null && !listed.has(personId),
  );
  await store.members.leave(
    chat._id,
    gone.map(({ personId }) => personId),
    at,
  );
  await store.rosters.save({ _id: chat._id, portalId, keys, at });
}

/** The lists of a delivery, each by itself. */
export async function takeRosters(
  store: Store,
  portalId: string,
  rosters: readonly GroupRoster[],
): Promise<void> {
  for (const roster of rosters) await takeRoster(store, portalId, roster, new Date());
}
