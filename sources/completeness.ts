import type { Counted } from '../domain/source/gap-text';
import { fillGap, loadCounts } from './seen-counts';
import { toLinkTarget } from '../domain/ids';
import { countGroupShare, type Membership, type Share } from './group-share';
import { countHeld, nothingHeld } from '../store/chats/chat-counts';
import { countRefusedVersions, countWaitingVersions } from '../store/delivery/target-counts';
import type { ChatDoc } from '../store/chats/chats';
import type { LinkDoc } from '../store/links/link-schema';
import type { GapDoc } from '../store/sources/gaps';
import type { Store } from '../store/store';

/** What there is of a chat, and where. Counts are of versions: a message, and each change of it. */
export interface ChatCompleteness extends Share {
  chat: ChatDoc;
  /** Neither on the page nor waiting: held for a contact that is not linked any more, or left out by a group's policy. */
  elsewhere: number;
  /** Everything that the source had up to then was asked for; null where its history is not read. */
  sourceReadUpTo: Date | null;
  /** What the source says it has, where it counts. */
  counted: Counted | null;
  gaps: GapDoc[];
}

/** The chats of a link's person: direct ones with each of our numbers, and groups. */
interface Chats {
  direct: ChatDoc[];
  groups: Membership[];
}

export async function listChatsOf(
  { chats, members }: Store,
  { portalId, personId }: LinkDoc,
): Promise<Chats> {
  const isCurrent = ({ mergedInto }: ChatDoc) => mergedInto === null;
  const memberOf = new Map((await members.listOfPerson(personId)).map((member) => [member.chatId, member]));
  const groups = (await chats.loadMany([...memberOf.keys()])).filter(isCurrent).flatMap((chat) => {
    const member = memberOf.get(chat._id);
    return member ? [{ chat, member }] : [];
  });
  return { direct: (await chats.listDirect(portalId, personId)).filter(isCurrent), groups };
}

/** What is waiting is read first: what goes to the page meanwhile is then counted as both, and never as neither. */
async function countDirect(store: Store, { _id }: LinkDoc, chatIds: readonly string[]) {
  const targets = [toLinkTarget(_id)];
  const waiting = await countWaitingVersions(store, targets);
  const held = await countHeld(
    store.messages,
    chatIds.map((chatId) => ({ chatId, absences: [] })),
  );
  const refusedOf = await countRefusedVersions(store, targets);
  const shareOf = (chatId: string): Share => {
    const known = held.get(chatId) ?? nothingHeld;
    const refused = refusedOf.get(chatId) ?? 0;
    const onPage = Math.max(0, known.told - refused);
    return { held: known, onPage, refused, waiting: waiting.get(chatId) ?? 0 };
  };
  return new Map(chatIds.map((chatId) => [chatId, shareOf(chatId)]));
}

async function countShares(
  store: Store,
  link: LinkDoc,
  { direct, groups }: Chats,
): Promise<Map<string, Share>> {
  const shares = await countDirect(
    store,
    link,
    direct.map(({ _id }) => _id),
  );
  for (const group of groups) {
    const share = await countGroupShare(store, link, group);
    if (share) shares.set(group.chat._id, share);
  }
  return shares;
}

const nothing: Share = { held: nothingHeld, onPage: 0, refused: 0, waiting: 0 };

const elsewhereOf = ({ held, onPage, refused, waiting }: Share): number =>
  Math.max(0, held.versions - held.unrouted - onPage - refused - waiting);

async function listReadUpTo(store: Store, chats: readonly ChatDoc[]): Promise<Map<string, Date>> {
  const read = new Map<string, Date>();
  for (const { _id, accountId, personId } of chats) {
    const history = accountId && (await store.accountHistories.load(accountId));
    if (!history || !history.readUpTo) continue;
    const key = `person/${personId}`;
    const mark = (await store.historyMarks.listOf(accountId, [key])).get(key);
    read.set(_id, mark && mark < history.readUpTo ? mark : history.readUpTo);
  }
  return read;
}

/**
 * What the source has of each of a contact's chats, what we hold, what is on the page, and what may be missing. Where something seems to
 * be nowhere it is counted again: it may have come in between.
 */
export async function findCompleteness(store: Store, link: LinkDoc): Promise<ChatCompleteness[]> {
  const listed = await listChatsOf(store, link);
  const first = await countShares(store, link, listed);
  if (first.size === 0) return [];
  const isOdd = [...first.values()].some((share) => elsewhereOf(share) > 0);
  const shares = isOdd ? await countShares(store, link, listed) : first;
  const chats = [...listed.direct, ...listed.groups.map(({ chat }) => chat)].filter(({ _id }) =>
    first.has(_id),
  );
  const accountIds = [...new Set(chats.flatMap(({ accountId }) => accountId ?? []))];
  const gaps = await store.gaps.listSince(accountIds, new Date(0));
  const readUpTo = await listReadUpTo(store, chats);
  const counted = await loadCounts(
    store,
    chats.map(({ _id }) => _id),
  );
  const gapsOf = (chat: ChatDoc) =>
    gaps
      .filter(({ accountId }) => accountId === chat.accountId)
      .map((gap) => fillGap(store, chat._id, gap, counted.get(chat._id) ?? null));
  const toChat = async (chat: ChatDoc): Promise<ChatCompleteness> => {
    const before = first.get(chat._id) ?? nothing;
    const share = shares.get(chat._id) ?? before;
    return {
      ...{ chat, ...share },
      elsewhere: Math.min(elsewhereOf(before), elsewhereOf(share)),
      sourceReadUpTo: readUpTo.get(chat._id) ?? null,
      counted: counted.get(chat._id) ?? null,
      gaps: await Promise.all(gapsOf(chat)),
    };
  };
  return Promise.all(chats.map(toChat));
}
