import type { Counted } from '../domain/source/gap-text';
import { fillGap, loadCounts } from './seen-counts';
import { toGroupTarget, toLinkTarget } from '../domain/ids';
import { countHeld, nothingHeld, type Held } from '../store/chats/chat-counts';
import { countRefusedVersions, countWaitingVersions } from '../store/delivery/target-counts';
import type { ChatDoc } from '../store/chats/chats';
import type { LinkDoc } from '../store/links/link-schema';
import type { GapDoc } from '../store/sources/gaps';
import type { Store } from '../store/store';

/** What there is of a chat, and where. Counts are of versions: a message, and each change of it. */
export interface ChatCompleteness {
  chat: ChatDoc;
  held: Held;
  onPage: number;
  /** On the page as a line that says what was refused. */
  refused: number;
  waiting: number;
  /** Neither on the page nor waiting: held for a contact that is not linked any more, or left out by a group's policy. */
  elsewhere: number;
  /** Everything that the source had up to then was asked for; null where its history is not read. */
  sourceReadUpTo: Date | null;
  /** What the source says it has, where it counts. */
  counted: Counted | null;
  gaps: GapDoc[];
}

/** The chats of the link's person: direct ones with each of our numbers, and groups. */
async function listChats({ chats, members }: Store, { portalId, personId }: LinkDoc): Promise<ChatDoc[]> {
  const direct = await chats.listDirect(portalId, personId);
  const groups = await chats.loadMany((await members.listOfPerson(personId)).map(({ chatId }) => chatId));
  return [...direct, ...groups].filter(({ mergedInto }) => mergedInto === null);
}

const targetOf = (chat: ChatDoc, link: LinkDoc) =>
  chat.kind === 'group' ? toGroupTarget(chat._id) : toLinkTarget(link._id);

/** What is waiting is read first: what goes to the page meanwhile is then counted as both, and never as neither. */
async function count(store: Store, link: LinkDoc, chats: readonly ChatDoc[]) {
  const targets = [...new Set(chats.map((chat) => targetOf(chat, link)))];
  const waiting = await countWaitingVersions(store, targets);
  const held = await countHeld(
    store.messages,
    chats.map(({ _id }) => _id),
  );
  return { waiting, held, refused: await countRefusedVersions(store, targets) };
}

type Counts = Awaited<ReturnType<typeof count>>;

const elsewhereOf = ({ _id }: ChatDoc, { waiting, held }: Counts): number => {
  const { versions, told, unrouted } = held.get(_id) ?? nothingHeld;
  return Math.max(0, versions - told - unrouted - (waiting.get(_id) ?? 0));
};

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
  const chats = await listChats(store, link);
  if (chats.length === 0) return [];
  const first = await count(store, link, chats);
  const isOdd = chats.some((chat) => elsewhereOf(chat, first) > 0);
  const counts = isOdd ? await count(store, link, chats) : first;
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
    const held = counts.held.get(chat._id) ?? nothingHeld;
    const refused = counts.refused.get(chat._id) ?? 0;
    return {
      ...{ chat, held, refused },
      onPage: Math.max(0, held.told - refused),
      waiting: counts.waiting.get(chat._id) ?? 0,
      elsewhere: Math.min(elsewhereOf(chat, first), elsewhereOf(chat, counts)),
      sourceReadUpTo: readUpTo.get(chat._id) ?? null,
      counted: counted.get(chat._id) ?? null,
      gaps: await Promise.all(gapsOf(chat)),
    };
  };
  return Promise.all(chats.map(toChat));
}
