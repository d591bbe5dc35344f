import type { MessageKind } from '../../domain/message';
import { ignored, unreadable, type Refusal } from '../refusal';
import { findContent, isOnlyCompanions, readPath, readText } from './engine-data';
import { missedStubs } from './details/call';
import type { WebMessage } from './message';

/** The words of whatsapp-web.js (`type`), whatsmeow (`MediaType`) and WhatsApp's own message fields, by what they mean. */
const words: Partial<Record<MessageKind, string>> = {
  text:
    'chat conversation extendedTextMessage url list_response listResponseMessage buttons_response ' +
    'buttonsResponseMessage template_button_reply templateButtonReplyMessage interactive interactiveMessage ' +
    'interactive_response interactiveResponseMessage hsm highlyStructuredMessage list listMessage rich_text ' +
    'templateMessage buttonsMessage',
  image: 'image imageMessage',
  video: 'video gif ptv videoMessage ptvMessage',
  audio: 'audio audioMessage',
  voice: 'ptt',
  document: 'document documentMessage',
  sticker: 'sticker stickerMessage lottieStickerMessage',
  location: 'location livelocation locationMessage liveLocationMessage',
  contacts: 'vcard multi_vcard contact contact_array contactMessage contactsArrayMessage',
  poll: 'poll_creation pollCreationMessage',
  event: 'event_creation eventMessage',
  order: 'order orderMessage',
  product: 'product productMessage',
  invite: 'groups_v4_invite groupInviteMessage',
  call: 'call_log callLogMesssage callLogMessage',
};
const kinds = new Map(
  Object.entries(words).flatMap(([kind, list]) =>
    list.split(' ').map((word): [string, MessageKind] => [word, kind as MessageKind]),
  ),
);

/** WhatsApp's own notes in a chat. */
const notices = new Set([
  'e2e_notification',
  'notification',
  'notification_template',
  'broadcast_notification',
  'gp2',
  'protocol',
  'protocolMessage',
  'album',
  'albumMessage',
  'pinned_message',
  'pinInChatMessage',
  'keep_in_chat',
  'keepInChatMessage',
  'senderKeyDistributionMessage',
]);
/** Changes of a message, which arrive as events of their own. */
const changes = new Set([
  'reaction',
  'poll_update',
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
]);

const notDecrypted = (): Refusal =>
  unreadable('not_decrypted', 'WhatsApp has not decrypted the message yet.');

function refusalOf(word: string): Refusal | null {
  if (notices.has(word)) return ignored('a notice of WhatsApp, not a message');
  if (changes.has(word)) return ignored('a reaction or vote, told by an event of its own');
  // The message comes again once WhatsApp could decrypt it; a placeholder under its id would hide it.
  return word === 'ciphertext' ? notDecrypted() : null;
}

/** WhatsApp renews the key of a poll now and then; its content stays. */
export const kindOfContent = (word: string): MessageKind | undefined =>
  word.startsWith('pollCreationMessage') ? 'poll' : kinds.get(word);

/** Baileys' number for a message that is not decrypted yet. */
const undecryptedStubs = new Set<unknown>([2, '2', 'CIPHERTEXT']);

/** What has no content at all, by what the engine says of it. */
function refuseContentless({ body, hasMedia, media, _data }: WebMessage): void {
  if (body || hasMedia || media) return;
  if (isOnlyCompanions(_data)) throw ignored('a key or setting of WhatsApp, not a message');
  if (undecryptedStubs.has(readPath(_data, 'messageStubType')) && !findContent(_data)) {
    throw notDecrypted();
  }
}

/** The engine's words for the message, the most telling first. */
function listWords(message: WebMessage): string[] {
  const found = [
    readText(message._data, 'type'),
    message.type,
    findContent(message._data)?.key,
    readText(message._data, 'Info', 'MediaType'),
  ];
  return found.filter((word): word is string => typeof word === 'string');
}

function kindOfMedia(mimeType: string | null | undefined): MessageKind {
  const family = mimeType?.split('/')[0];
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
}

function isVoice(message: WebMessage): boolean {
  const content = findContent(message._data)?.content;
  return readPath(content, 'ptt') === true || readPath(content, 'PTT') === true;
}

/**
 * The kind of a message. Notices and undecrypted messages are refused, the unknown is `unsupported` and kept. An edit may
 * carry the words of the notice that brought it: there nothing is refused.
 */
export function readKind(message: WebMessage, isEdit: boolean): MessageKind {
  const found = listWords(message);
  for (const word of found) {
    const refusal = isEdit ? null : refusalOf(word);
    if (refusal) throw refusal;
  }
  if (!isEdit) refuseContentless(message);
  if (message.location) return 'location';
  if (message.vCards && message.vCards.length > 0) return 'contacts';
  if (missedStubs.has(readPath(message._data, 'messageStubType'))) return 'call';
  const known = found.map(kindOfContent).find(Boolean);
  if (known === 'audio' && isVoice(message)) return 'voice';
  if (known && !(known === 'text' && message.hasMedia)) return known;
  if (message.hasMedia || message.media) return kindOfMedia(message.media?.mimetype);
  return found.length === 0 && message.body ? 'text' : 'unsupported';
}
