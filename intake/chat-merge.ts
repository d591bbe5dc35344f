import { countItems } from '../domain/digest';
import { toItemId, type ItemId } from '../domain/ids';
import type { ChatDoc } from '../store/chats/chats';
import { isTelling } from '../store/delivery/entries';
import type { MessageDoc, MessageVersion, NewVersion } from '../store/chats/messages';
import type { Store } from '../store/store';

/** A message known by a placeholder only, and what it really said: told as a version of its own. */
export const readableChange = 'create/readable';

function itemsOf({ _id, versions }: MessageDoc): ItemId[] {
  return versions.flatMap(({ v, event, text }) =>
    Array.from({ length: countItems(event, text) }, (_, index) => toItemId(_id, v, index + 1)),
  );
}

/** Which items of these messages are in an entry, and in which. */
async function listTold(store: Store, messages: readonly MessageDoc[]): Promise<Map<ItemId, string>> {
  const items = messages.flatMap(itemsOf);
  const wanted = new Set<ItemId>(items);
  const entries = await store.entries.listByItems(items);
  return new Map(
    entries
      .filter(isTelling)
      .flatMap(({ _id, items: theirs }) =>
        theirs.filter((item) => wanted.has(item)).map((item): [ItemId, string] => [item, _id]),
      ),
  );
}

type Told = ReadonlyMap<ItemId, string>;

const isTold = (message: MessageDoc, told: Told): boolean => itemsOf(message).some((item) => told.has(item));

/** The entry that told a version; null: nobody has told it. */
const entryOf = ({ _id }: MessageDoc, { v, entryId }: MessageVersion, told: Told): string | null =>
  entryId ?? told.get(toItemId(_id, v, 1)) ?? null;

function toNewVersion(version: MessageVersion): NewVersion {
  const { change, event, fromMe, senderName, kind, text, fileName, quotedText, forwarded } = version;
  const { sentAt, arrivedAt } = version;
  const content = { kind, text, fileName, quotedText, forwarded };
  return { change, event, fromMe, senderName, ...content, sentAt, arrivedAt };
}

/** What the other copy says beyond this one and no entry has told. */
function listMissing(from: MessageDoc, to: MessageDoc, told: Told): NewVersion[] {
  const isUnreadable = to.versions.every(({ event, kind }) => event !== 'create' || kind === 'unsupported');
  return from.versions.flatMap((version): NewVersion[] => {
    if (entryOf(from, version, told) !== null) return [];
    const fresh = toNewVersion(version);
    if (!to.versions.some(({ change }) => change === version.change)) return [fresh];
    const isReadable = version.change === 'create' && version.kind !== 'unsupported';
    return isReadable && isUnreadable ? [{ ...fresh, change: readableChange }] : [];
  });
}

async function addMissing(store: Store, from: MessageDoc, to: MessageDoc, told: Told) {
  for (const version of listMissing(from, to, told)) await store.messages.saveVersion(to, version);
}

/** Drops a copy, unless an entry has it: a planner who holds its rows comes either before this, and is seen, or too late. */
async function dropCopy(store: Store, copy: MessageDoc): Promise<boolean> {
  if (!(await store.entries.retireCopy(copy, itemsOf(copy)))) return false;
  await store.outbox.remove(itemsOf(copy));
  return store.messages.removeCopy(copy);
}

/**
 * Both were told before they met: both stay, and the chat goes on with its own, which learns what was told of the other, so
 * that no redelivery tells it again.
 */
async function keepBoth(store: Store, copy: MessageDoc, own: MessageDoc, told: Told): Promise<void> {
  for (const version of copy.versions) {
    const entryId = entryOf(copy, version, told);
    const known = own.versions.find(({ change }) => change === version.change);
    if (entryId === null || (known && entryOf(own, known, told) !== null)) continue;
    await store.messages.addTold(own._id, version, entryId);
    if (known) await store.outbox.remove(itemsOf({ ...own, versions: [known] }));
  }
  await addMissing(store, copy, own, told);
  const untold = copy.versions.filter((version) => entryOf(copy, version, told) === null);
  await store.outbox.remove(itemsOf({ ...copy, versions: untold }));
  for (const { v } of untold) await store.messages.markRouted(copy._id, v, new Date());
}

/**
 * Two copies of one message: the one in an entry survives, since its items keep it from being told again; what only the
 * other says goes over to it. False: something came between, and both are to be looked at again.
 */
async function mergeCopies(store: Store, copy: MessageDoc, own: MessageDoc): Promise<boolean> {
  const told = await listTold(store, [copy, own]);
  if (!isTold(copy, told)) {
    await addMissing(store, copy, own, told);
    return dropCopy(store, copy);
  }
  if (isTold(own, told)) {
    await keepBoth(store, copy, own, told);
    return true;
  }
  await addMissing(store, own, copy, told);
  return (await dropCopy(store, own)) && takeOver(store, copy, own.chatId);
}

async function takeOver(store: Store, message: MessageDoc, chatId: string): Promise<boolean> {
  if (!(await store.messages.giveTo(message, chatId))) return false;
  await store.outbox.giveTo(itemsOf(message), chatId);
  return true;
}

const maxLooks = 5;

/** False: the message is to be looked at again, since its copy there was not settled. */
async function moveMessage(store: Store, messageId: string, chatId: string): Promise<boolean> {
  for (let look = 0; look < maxLooks; look += 1) {
    const [message] = await store.messages.loadMany([messageId]);
    if (!message || message.chatId === chatId || (await takeOver(store, message, chatId))) return true;
    const own = await store.messages.find(chatId, message.key);
    // Another pass may have brought it there meanwhile: then it is no copy but itself.
    if (own?._id === messageId) return true;
    if (own && (await mergeCopies(store, message, own))) return true;
  }
  return false;
}

/** Moves up to `limit` messages of a merged chat. True when nothing is left to move. Safe to repeat. */
async function moveMessages(store: Store, from: ChatDoc, to: ChatDoc, limit: number): Promise<boolean> {
  const messages = await store.messages.listOfChat(from._id, null, limit);
  let isSettled = true;
  for (const { _id } of messages) isSettled = (await moveMessage(store, _id, to._id)) && isSettled;
  for (const lane of ['live', 'history'] as const) {
    const at = from.told[lane];
    if (at) await store.chats.moveTold(to._id, lane, at);
  }
  const left = await store.messages.listOfChat(from._id, null, limit);
  const isSame = left.every(({ _id }) => messages.some((message) => message._id === _id));
  return isSettled && (messages.length < limit || isSame);
}

/**
 * Whether a message has a copy in a chat that its own is being merged with: then the merge decides which of the two is told,
 * and neither gets a row before. The message was written before this looks, and a copy never leaves its chat while the
 * other one stands in its place: whoever came second sees the first.
 */
export async function isLeftToMerge(store: Store, chat: ChatDoc, message: MessageDoc): Promise<boolean> {
  const elsewhere = message.chatId === chat._id ? (chat.absorbed ?? []) : [chat._id];
  for (const chatId of elsewhere) {
    const other = await store.messages.find(chatId, message.key);
    if (!other || other._id === message._id) continue;
    const told = await listTold(store, [message, other]);
    const areBoth = isTold(message, told) && isTold(other, told);
    // What both told stays where it is, and what is new of it goes on in the chat that is left.
    if (!areBoth || message.chatId !== chat._id) return true;
  }
  return false;
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
