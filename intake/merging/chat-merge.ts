import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';
import { mergeCopies, takeOver } from './message-copies';

const maxLooks = 5;

/** False: it and its copy there kept changing, look at them again. */
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
  let areMoved = true;
  for (const { _id } of messages) areMoved = (await moveMessage(store, _id, to._id)) && areMoved;
  for (const lane of ['live', 'history'] as const) {
    const at = from.told[lane];
    if (at) await store.chats.moveTold(to._id, lane, at);
  }
  const left = await store.messages.listOfChat(from._id, null, limit);
  const isSame = left.every(({ _id }) => messages.some((message) => message._id === _id));
  return areMoved && (messages.length < limit || isSame);
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
    // Another pass has given it over meanwhile: then it is no chat beside it but itself.
    if (own._id === chat._id) return true;
    await store.chats.markMerged(chat._id, own._id);
  }
  const now = await store.chats.load(chat._id);
  const target = now?.mergedInto ? await store.chats.load(now.mergedInto) : null;
  return now && target ? moveMessages(store, now, target, limit) : false;
}
