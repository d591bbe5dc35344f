import type { IncomingMessage } from '../domain/message';
import type { ChatDoc } from '../store/chats/chats';
import type { MessageKey } from '../store/chats/message-bulk';
import type { NewMessage, NewVersion } from '../store/chats/messages';
import { readableChange } from './merging/message-copies';
import { createDrafts, type Drafts, type Saved } from './message-drafts';
import type { Store } from '../store/store';

/** A message with its chat and speaker. */
export interface Arrival {
  message: IncomingMessage;
  chat: ChatDoc;
  accountId: string;
  /** Null: we spoke, or nobody is named. */
  speakerId: string | null;
}

const directKey = (fromMe: boolean, stanzaId: string): string => `${fromMe ? 'out' : 'in'}/${stanzaId}`;
const ownKey = (stanzaId: string, speakerId: string | null): string => `${stanzaId}/${speakerId ?? 'me'}`;

/** All keys that the message may have or mean. */
function listKeys({ chat, message, speakerId }: Arrival): MessageKey[] {
  const { event, fromMe, stanzaId, twinIds = [] } = message;
  const directions = event === 'create' ? [fromMe] : [true, false];
  const keys =
    chat.kind === 'direct'
      ? directions.map((direction) => directKey(direction, stanzaId))
      : [stanzaId, ownKey(stanzaId, speakerId), ...twinIds];
  return keys.map((key) => ({ chatId: chat._id, key }));
}

/** A change names its original by stanza id alone: when only the other direction has it, that one is meant. */
function directionOf(drafts: Drafts, { chat, message }: Arrival): boolean {
  const { event, fromMe, stanzaId } = message;
  if (event === 'create' || chat.kind !== 'direct') return fromMe;
  const isThere = (direction: boolean) => drafts.find(chat._id, directKey(direction, stanzaId)) !== null;
  return isThere(fromMe) || !isThere(!fromMe) ? fromMe : !fromMe;
}

/** What another of our numbers told of the same event by its own clock. What one number tells twice did happen twice. */
function findTwinId(drafts: Drafts, { chat, message, accountId }: Arrival): string | undefined {
  const { stanzaId, twinIds = [] } = message;
  const tellerOf = (id: string) => drafts.find(chat._id, id)?.message.accountId;
  if (tellerOf(stanzaId) !== undefined) return undefined;
  return twinIds.find((id) => (tellerOf(id) ?? accountId) !== accountId);
}

/**
 * The key of a message in its chat: in a direct chat direction and stanza id, in a group the stanza id alone, since two of
 * our numbers may see one group. The sender's client chooses the stanza id: in a group the same id by another sender with
 * another text is a message of its own. Null: that is to be seen once the other one is stored.
 */
function keyOf(drafts: Drafts, arrival: Arrival, fromMe: boolean): string | null {
  const { chat, message, speakerId } = arrival;
  const { stanzaId } = message;
  if (chat.kind === 'direct') return directKey(fromMe, stanzaId);
  const twinId = findTwinId(drafts, arrival);
  if (twinId !== undefined) return twinId;
  const known = drafts.find(chat._id, stanzaId);
  if (!known || message.event !== 'create' || known.message.senderPersonId === speakerId) return stanzaId;
  const original = known.message.versions.find(({ change }) => change === 'create');
  // Of one that is not kept any more nobody can say what it said.
  if (!original || original.text === message.text || known.message.emptiedAt) return stanzaId;
  return original.v < known.stored ? ownKey(stanzaId, speakerId) : null;
}

function toVersion({ message, chat, speakerId }: Arrival, arrivedAt: Date): NewVersion {
  const { event, fromMe, sender, sentAt, changeId } = message;
  const { kind, text, fileName, quotedText, forwarded, media, details } = message;
  const isSpoken = chat.kind === 'group' && speakerId !== null;
  // Two people may react within one second.
  const who = isSpoken ? `/${speakerId}` : '';
  const change = event === 'create' ? 'create' : `${event}:${changeId ?? `${sentAt.getTime()}${who}`}`;
  const content = { kind, text, fileName, quotedText, forwarded };
  const spoken = isSpoken ? { speakerId } : {};
  const more = { ...spoken, ...(media ? { media } : {}), ...(details ? { details } : {}) };
  return { change, event, fromMe, senderName: sender?.name ?? null, ...content, ...more, sentAt, arrivedAt };
}

/** Drafts the version once. The content of a message known as a placeholder is a new version: the page may show the placeholder. */
function draft(drafts: Drafts, arrival: Arrival, arrivedAt: Date): Saved | null {
  const { chat, accountId, speakerId: senderPersonId, message } = arrival;
  const { stanzaId } = message;
  const fromMe = directionOf(drafts, arrival);
  const key = keyOf(drafts, arrival, fromMe);
  if (key === null) return null;
  const { _id: chatId, portalId } = chat;
  const fresh: NewMessage = { portalId, chatId, accountId, key, stanzaId, fromMe, senderPersonId };
  const version = toVersion(arrival, arrivedAt);
  const saved = drafts.add(fresh, version);
  const isReadableNow =
    !saved.isNew &&
    version.change === 'create' &&
    saved.version.kind === 'unsupported' &&
    version.kind !== 'unsupported';
  return isReadableNow ? drafts.add(fresh, { ...version, change: readableChange }) : saved;
}

/**
 * Stores the versions of all these messages, each once, as if they had come one by one in their order. Where another writer was
 * first with a message, what came for it is looked at again beside what is stored by now.
 */
export async function saveMessages(store: Store, arrivals: readonly Arrival[]): Promise<Saved[]> {
  const arrivedAt = new Date();
  const saved = new Map<Arrival, Saved>();
  let waiting = [...arrivals];
  while (waiting.length > 0) {
    const drafts = createDrafts(await store.messages.findMany(waiting.flatMap(listKeys)));
    const drafted = waiting.map((arrival) => ({ arrival, now: draft(drafts, arrival, arrivedAt) }));
    const lost = await store.messages.saveMany(drafts.fresh(), drafts.grown());
    waiting = [];
    for (const { arrival, now } of drafted) {
      if (now && !lost.has(now.message._id)) saved.set(arrival, now);
      else waiting.push(arrival);
    }
  }
  return arrivals.flatMap((arrival) => saved.get(arrival) ?? []);
}
