import { countItems } from '../domain/digest';
import { toItemId, type ItemId } from '../domain/ids';
import type { ChatDoc } from './chats';
import type { MessageDoc, NewVersion } from './messages';
import type { Store } from './store';

/** A message known by a placeholder only, and what it really said: told as a version of its own. */
export const readableChange = 'create/readable';

function itemsOf({ _id, versions }: MessageDoc): ItemId[] {
  return versions.flatMap(({ v, event, text }) =>
    Array.from({ length: countItems(event, text) }, (_, index) => toItemId(_id, v, index + 1)),
  );
}

async function listTold(store: Store, messages: readonly MessageDoc[]): Promise<Set<ItemId>> {
  const items = messages.flatMap(itemsOf);
  const wanted = new Set<ItemId>(items);
  const entries = await store.entries.listByItems(items);
  return new Set(entries.flatMap((entry) => entry.items.filter((item) => wanted.has(item))));
}

/** What the other copy says beyond this one and no entry has told. */
function listMissing(from: MessageDoc, to: MessageDoc, told: ReadonlySet<ItemId>): NewVersion[] {
  const isUnreadable = to.versions.every(({ event, kind }) => event !== 'create' || kind === 'unsupported');
  return from.versions.flatMap((version): NewVersion[] => {
    const { v, routedAt, entryId, ...fresh } = version;
    if (routedAt && entryId) return [];
    if (told.has(toItemId(from._id, v, 1))) return [];
    if (!to.versions.some(({ change }) => change === version.change)) return [fresh];
    const isReadable = version.change === 'create' && version.kind !== 'unsupported';
    return isReadable && isUnreadable ? [{ ...fresh, change: readableChange }] : [];
  });
}

async function addMissing(store: Store, from: MessageDoc, to: MessageDoc, told: ReadonlySet<ItemId>) {
  for (const version of listMissing(from, to, told)) await store.messages.saveVersion(to, version);
}

/** Drops a copy that no entry has. Its rows go first: what a planner took before is seen by the second look. */
async function dropCopy(store: Store, copy: MessageDoc): Promise<boolean> {
  await store.outbox.remove(itemsOf(copy));
  if ((await listTold(store, [copy])).size > 0) return false;
  await store.messages.removeCopy(copy._id);
  return true;
}

/**
 * Two copies of one message: the one in an entry survives, since its items keep it from being told again; what only the
 * other says goes over to it. When both were told before they met, both stay, and the chat goes on with its own.
 */
async function mergeCopies(store: Store, copy: MessageDoc, own: MessageDoc): Promise<void> {
  const told = await listTold(store, [copy, own]);
  const isTold = (message: MessageDoc) => itemsOf(message).some((item) => told.has(item));
  if (isTold(copy) && !isTold(own)) {
    await addMissing(store, own, copy, told);
    if (await dropCopy(store, own)) await takeOver(store, copy, own.chatId);
    return;
  }
  await addMissing(store, copy, own, told);
  if (!isTold(copy)) await dropCopy(store, copy);
}

async function takeOver(store: Store, message: MessageDoc, chatId: string): Promise<boolean> {
  if (!(await store.messages.giveTo(message, chatId))) return false;
  await store.outbox.giveTo(itemsOf(message), chatId);
  return true;
}

async function moveMessage(store: Store, message: MessageDoc, chatId: string): Promise<void> {
  if (await takeOver(store, message, chatId)) return;
  const own = await store.messages.find(chatId, message.key);
  if (own && own._id !== message._id) await mergeCopies(store, message, own);
}

/** Moves up to `limit` messages of a merged chat. True when nothing is left to move. Safe to repeat. */
async function moveMessages(store: Store, from: ChatDoc, to: ChatDoc, limit: number): Promise<boolean> {
  const messages = await store.messages.listOfChat(from._id, null, limit);
  for (const message of messages) await moveMessage(store, message, to._id);
  for (const lane of ['live', 'history'] as const) {
    const at = from.told[lane];
    if (at) await store.chats.moveTold(to._id, lane, at);
  }
  const left = await store.messages.listOfChat(from._id, null, limit);
  const isSame = left.every(({ _id }) => messages.some((message) => message._id === _id));
  return messages.length < limit || isSame;
}

/**
 * Brings a direct chat of a merged person to the survivor: as a whole where the survivor has none of this account, else
 * message by message. True when the chat is done; false when there is more of it.
 */
export async function moveChat(
  store: Store,
  chat: ChatDoc,
  survivorId: string,
  limit: number,
): Promise<boolean> {
  if (chat.accountId === null || chat.personId === null) return true;
  if (chat.mergedInto === null) {
    if (await store.chats.giveTo(chat, chat.personId, survivorId)) return true;
    const own = await store.chats.findDirect(chat.accountId, survivorId);
    if (!own) return false;
    await store.chats.markMerged(chat._id, own._id);
  }
  const now = await store.chats.load(chat._id);
  const target = now?.mergedInto ? await store.chats.load(now.mergedInto) : null;
  return now && target ? moveMessages(store, now, target, limit) : false;
}
