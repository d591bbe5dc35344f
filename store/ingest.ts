import type { IncomingMessage } from '../domain/message';
import type { AccountDoc } from './accounts';
import type { ChatDoc } from './chats';
import type { MessageDoc, NewMessage, NewVersion } from './messages';
import { routeVersion } from './routing';
import type { Store } from './store';

/** `accepted` is a message not seen before, `updated` a new change of one, `duplicate` nothing new. */
export interface Ingested {
  outcome: 'accepted' | 'updated' | 'duplicate';
  /** A parked link that must be woken, if any. */
  parkedLinkId: string | null;
}

async function findOrCreateChat(store: Store, account: AccountDoc, message: IncomingMessage, source: string) {
  const { portalId } = account;
  if (message.chat.kind === 'group') {
    const chat = await store.chats.findOrCreateGroup(portalId, message.chat.groupJid, message.chat.title);
    const speaker =
      message.sender === null || message.sender.aliases.length === 0
        ? null
        : await store.people.findOrCreate(portalId, message.sender, source);
    return { chat, speaker };
  }
  const peer = await store.people.findOrCreate(portalId, message.chat.peer, source);
  const chat = await store.chats.findOrCreateDirect(portalId, account._id, peer._id);
  return { chat, speaker: message.fromMe ? null : peer };
}

/**
 * What makes a message the same one: in a direct chat direction and stanza id, in a group the stanza id, since two of
 * our numbers may see one group. A sender chooses the stanza id, so in a group the same id by somebody else with
 * another text is a message of its own.
 */
async function keyOf(store: Store, chat: ChatDoc, message: IncomingMessage, speakerId: string | null) {
  const { stanzaId, fromMe } = message;
  if (chat.kind === 'direct') return `${fromMe ? 'out' : 'in'}/${stanzaId}`;
  const known = await store.messages.find(chat._id, stanzaId);
  if (!known || message.event !== 'create' || known.senderPersonId === speakerId) return stanzaId;
  const original = known.versions.find(({ change }) => change === 'create');
  return !original || original.text === message.text ? stanzaId : `${stanzaId}/${speakerId ?? 'me'}`;
}

function toVersion(message: IncomingMessage, arrivedAt: Date): NewVersion {
  const { event, kind, text, fileName, quotedText, forwarded, sentAt, changeId } = message;
  const change = event === 'create' ? 'create' : `${event}:${changeId ?? sentAt.getTime()}`;
  return { change, event, kind, text, fileName, quotedText, forwarded, sentAt, arrivedAt };
}

/** A change names its original by stanza id alone: when only the other direction has it, that one is meant. */
async function directionOf(store: Store, chat: ChatDoc, message: IncomingMessage): Promise<boolean> {
  const { event, fromMe, stanzaId } = message;
  if (event === 'create' || chat.kind !== 'direct') return fromMe;
  const [ours, theirs] = await Promise.all([
    store.messages.find(chat._id, `out/${stanzaId}`),
    store.messages.find(chat._id, `in/${stanzaId}`),
  ]);
  if (fromMe) return ours !== null || theirs === null;
  return theirs === null && ours !== null;
}

async function currentChat(store: Store, chat: ChatDoc): Promise<ChatDoc> {
  const now = await store.chats.load(chat._id);
  return now?.mergedInto ? ((await store.chats.load(now.mergedInto)) ?? chat) : chat;
}

/**
 * Takes one translated message in. The order of writes: person and chat, message version, outbox row, the link's
 * `arrivals`, `routedAt`. A crash in between leaves a version without `routedAt`; redelivery or the sweep goes on.
 */
export async function ingestMessage(
  store: Store,
  account: AccountDoc,
  message: IncomingMessage,
  source: string,
): Promise<Ingested> {
  const arrivedAt = new Date();
  const { chat, speaker } = await findOrCreateChat(store, account, message, source);
  const fromMe = await directionOf(store, chat, message);
  const key = await keyOf(store, chat, { ...message, fromMe }, speaker?._id ?? null);
  const fresh: NewMessage = {
    portalId: account.portalId,
    chatId: chat._id,
    accountId: account._id,
    key,
    stanzaId: message.stanzaId,
    fromMe,
    senderPersonId: speaker?._id ?? null,
    senderName: message.sender?.name ?? null,
  };
  const saved = await store.messages.saveVersion(fresh, toVersion(message, arrivedAt));
  if (saved.version.routedAt !== null) return { outcome: 'duplicate', parkedLinkId: null };
  const { parkedLinkId } = await routeVersion(
    store,
    await currentChat(store, chat),
    saved.message,
    saved.version,
  );
  return { outcome: outcomeOf(saved, message), parkedLinkId };
}

function outcomeOf(
  saved: { message: MessageDoc; isNew: boolean },
  message: IncomingMessage,
): Ingested['outcome'] {
  if (!saved.isNew) return 'duplicate';
  return message.event === 'create' ? 'accepted' : 'updated';
}
