import type { IncomingMessage } from '../domain/message';
import type { AccountDoc } from '../store/accounts';
import { readableChange } from './message-copies';
import type { ChatDoc } from '../store/chats/chats';
import type { MessageVersion, NewMessage, NewVersion } from '../store/chats/messages';
import { changeNumber } from './number-change';
import { resolvePerson } from './resolve-person';
import { currentChat, routeVersion } from './routing';
import type { Store } from '../store/store';

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
    const { sender, sentAt } = message;
    const isKnown = sender !== null && sender.aliases.length > 0;
    return { chat, speaker: isKnown ? await resolvePerson(store, portalId, sender, source, sentAt) : null };
  }
  const peer = await resolvePerson(store, portalId, message.chat.peer, source, message.sentAt);
  const chat = await store.chats.findOrCreateDirect(portalId, account._id, peer._id);
  return { chat, speaker: message.fromMe ? null : peer };
}

/**
 * The key of a message in its chat: in a direct chat direction and stanza id, in a group the stanza id alone, since two of
 * our numbers may see one group. The sender's client chooses the stanza id: in a group the same id by another sender with
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
  const { event, fromMe, sender, sentAt, changeId } = message;
  const { kind, text, fileName, quotedText, forwarded } = message;
  const change = event === 'create' ? 'create' : `${event}:${changeId ?? sentAt.getTime()}`;
  const content = { kind, text, fileName, quotedText, forwarded };
  return { change, event, fromMe, senderName: sender?.name ?? null, ...content, sentAt, arrivedAt };
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

/** Stores the version once. The content of a message known as a placeholder is a new version: the page may show the placeholder. */
async function save(store: Store, fresh: NewMessage, version: NewVersion) {
  const saved = await store.messages.saveVersion(fresh, version);
  const isReadableNow =
    !saved.isNew &&
    version.change === 'create' &&
    saved.version.kind === 'unsupported' &&
    version.kind !== 'unsupported';
  return isReadableNow ? store.messages.saveVersion(fresh, { ...version, change: readableChange }) : saved;
}

/**
 * Stores one translated message. The order of writes: a changed number, person and chat, message version, outbox row, the
 * link's `arrivals`, `routedAt`. A crash in between leaves a version without `routedAt`; redelivery or the sweep goes on.
 */
export async function ingestMessage(
  store: Store,
  account: AccountDoc,
  message: IncomingMessage,
  source: string,
): Promise<Ingested> {
  const arrivedAt = new Date();
  const { numberChange, sentAt } = message;
  // First, and with every delivery: the notice itself belongs to the one who had the old number.
  if (numberChange) await changeNumber(store, account.portalId, numberChange, sentAt, source);
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
  };
  const saved = await save(store, fresh, toVersion(message, arrivedAt));
  if (saved.version.routedAt !== null) return { outcome: 'duplicate', parkedLinkId: null };
  const current = (await currentChat(store, chat._id)) ?? chat;
  const parkedLinkId = await routeVersion(store, current, saved.message, saved.version);
  return { outcome: outcomeOf(saved), parkedLinkId };
}

function outcomeOf({ isNew, version }: { isNew: boolean; version: MessageVersion }): Ingested['outcome'] {
  if (!isNew) return 'duplicate';
  return version.change === 'create' ? 'accepted' : 'updated';
}
