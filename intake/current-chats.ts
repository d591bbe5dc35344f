import { groupBy } from '../domain/group-by';
import type { LinkId } from '../domain/ids';
import type { ChatDoc } from '../store/chats/chats';
import type { MessageDoc, MessageVersion } from '../store/chats/messages';
import type { MediaDoc } from '../store/media/media';
import type { PersonDoc } from '../store/people/people';
import { isLeftToMerge } from './merging/message-copies';
import type { Store } from '../store/store';

/** A version that has its place in the store, and is yet to find its page. */
export interface Placed {
  message: MessageDoc;
  version: MessageVersion;
  /** What became of its file is to be told, not the version itself. */
  file?: MediaDoc;
  /** Of a file of a group: the links whose pages its message is for; absent: as the policy says. */
  linkIds?: LinkId[];
}

/** The same with the chat it belongs to now. */
export interface Current extends Placed {
  chat: ChatDoc;
}

const byId = <Doc extends { _id: string }>(docs: readonly Doc[]) =>
  new Map(docs.map((doc) => [doc._id, doc]));

/** The chat under the person that its own was merged into. The sweep moves what came to the merged one. */
async function underSurvivor(store: Store, chat: ChatDoc, owner: PersonDoc): Promise<ChatDoc> {
  await store.people.reopenMerge(owner._id);
  const survivor = await store.people.load(owner._id);
  return { ...chat, personId: survivor?._id ?? chat.personId };
}

/** The chats and people that messages of these chats belong to now, after all merges; with them the people who own the chats. */
async function loadCurrentChats(store: Store, chatIds: readonly string[]) {
  const stored = await store.chats.loadMany(chatIds);
  const [owners, targets] = await Promise.all([
    store.people.loadMany(stored.flatMap(({ personId }) => personId ?? [])),
    loadTargets(store, stored),
  ]);
  const ownerOf = byId(owners);
  const chats = new Map<string, ChatDoc>();
  for (const one of stored) {
    const chat = one.mergedInto ? targets.get(one.mergedInto) : one;
    const owner = one.personId === null ? undefined : ownerOf.get(one.personId);
    if (chat) chats.set(one._id, owner?.mergedInto ? await underSurvivor(store, chat, owner) : chat);
  }
  return { chats, owners };
}

async function loadTargets(store: Store, chats: readonly ChatDoc[]): Promise<Map<string, ChatDoc>> {
  const ids = chats.flatMap(({ mergedInto }) => mergedInto ?? []);
  return byId(ids.length === 0 ? [] : await store.chats.loadMany(ids));
}

/** True while a merge has to decide about the message; the sweep carries that merge on, then routes what is left. */
async function waitsForMerge(store: Store, chat: ChatDoc, message: MessageDoc): Promise<boolean> {
  if (!(await isLeftToMerge(store, chat, message))) return false;
  for (const chatId of [message.chatId, ...(chat.absorbed ?? [])]) {
    const personId = (await store.chats.load(chatId))?.personId;
    if (personId) await store.people.reopenMerge(personId);
  }
  return true;
}

/** The chats in which a copy of the message may stand that its own is being merged with. */
const listElsewhere = (chat: ChatDoc, { chatId }: MessageDoc): string[] =>
  chatId === chat._id ? (chat.absorbed ?? []) : [chat._id];

/** Those that no merge has to decide about. One read finds the few that have a copy elsewhere at all. */
export async function listFree<One extends Current>(store: Store, all: readonly One[]): Promise<One[]> {
  const wanted = all.flatMap(({ chat, message }) =>
    listElsewhere(chat, message).map((chatId) => ({ chatId, key: message.key })),
  );
  const copies = groupBy(await store.messages.findMany(wanted), ({ key }) => key);
  const free: One[] = [];
  for (const one of all) {
    const { chat, message } = one;
    const elsewhere = listElsewhere(chat, message);
    const mayWait = (copies.get(message.key) ?? []).some(
      ({ _id, chatId }) => _id !== message._id && elsewhere.includes(chatId),
    );
    if (!mayWait || !(await waitsForMerge(store, chat, message))) free.push(one);
  }
  return free;
}

/** Each with its current chat, and the people who own those chats. What a merge has to decide about first is left out. */
export async function findCurrent(store: Store, placed: readonly Placed[]) {
  const chatIds = [...new Set(placed.map(({ message }) => message.chatId))];
  const { chats, owners } = await loadCurrentChats(store, chatIds);
  const all = placed.flatMap((one): Current[] => {
    const chat = chats.get(one.message.chatId);
    return chat ? [{ ...one, chat }] : [];
  });
  return { current: await listFree(store, all), owners };
}
