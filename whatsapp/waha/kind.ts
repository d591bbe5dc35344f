import type { MessageKind } from '../../domain/message';
import { ignored, unreadable, type Refusal } from '../refusal';
import { findContent, readPath, readText } from './engine-data';
import type { WahaMessage } from './payload';

/** The words of whatsapp-web.js (`type`), whatsmeow (`MediaType`) and WhatsApp's own message fields, by what they mean. */
const words: Partial<Record<MessageKind, string>> = {
  text:
    'chat conversation extendedTextMessage url list_response ' +
    'listResponseMessage buttons_response buttonsResponseMessage template_button_reply templateButtonReplyMessage',
  image: 'image imageMessage',
  video: 'video gif ptv videoMessage ptvMessage',
  audio: 'audio audioMessage',
  voice: 'ptt',
  document: 'document documentMessage',
  sticker: 'sticker stickerMessage lottieStickerMessage',
  location: 'location livelocation locationMessage liveLocationMessage',
  contacts: 'vcard multi_vcard contact contact_array contactMessage contactsArrayMessage',
  poll: 'poll_creation pollCreationMessage pollCreationMessageV2 pollCreationMessageV3',
  call: 'call_log callLogMesssage',
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
]);
/** Changes of a message, which arrive as events of their own. */
const changes = new Set(['reaction', 'reactionMessage', 'encReactionMessage', 'pollUpdateMessage']);

function refusalOf(word: string): Refusal | null {
  if (notices.has(word)) return ignored('a notice of WhatsApp, not a message');
  if (changes.has(word)) return ignored('a reaction or vote, told by an event of its own');
  // The message comes again once WhatsApp could decrypt it; a placeholder under its id would hide it.
  if (word === 'ciphertext')
    return unreadable('not_decrypted', 'WhatsApp has not decrypted the message yet.');
  return null;
}

/** The engine's words for the message, the most telling first. */
function listWords(message: WahaMessage): string[] {
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

function isVoice(message: WahaMessage): boolean {
  const content = findContent(message._data)?.content;
  return readPath(content, 'ptt') === true || readPath(content, 'PTT') === true;
}

/**
 * The kind of a message. Notices and undecrypted messages are refused, the unknown is `unsupported` and kept. An edit may
 * carry the words of the notice that brought it: there nothing is refused.
 */
export function readKind(message: WahaMessage, isEdit: boolean): MessageKind {
  const found = listWords(message);
  for (const word of found) {
    const refusal = isEdit ? null : refusalOf(word);
    if (refusal) throw refusal;
  }
  if (message.location) return 'location';
  if (message.vCards && message.vCards.length > 0) return 'contacts';
  const known = found.map((word) => kinds.get(word)).find(Boolean);
  if (known === 'audio' && isVoice(message)) return 'voice';
  if (known && !(known === 'text' && message.hasMedia)) return known;
  if (message.hasMedia || message.media) return kindOfMedia(message.media?.mimetype);
  return found.length === 0 && message.body ? 'text' : 'unsupported';
}
