import type { MessageKind } from '../../domain/message';
import { ignored, unreadable, type Refusal } from '../refusal';
import { findContent, readPath, readText } from './engine-data';
import type { WahaMessage } from './payload';

/** The words of whatsapp-web.js (`type`), whatsmeow (`MediaType`) and WhatsApp's own message fields. */
const kinds: Record<string, MessageKind> = {
  chat: 'text',
  conversation: 'text',
  extendedTextMessage: 'text',
  url: 'text',
  list_response: 'text',
  listResponseMessage: 'text',
  buttons_response: 'text',
  buttonsResponseMessage: 'text',
  template_button_reply: 'text',
  templateButtonReplyMessage: 'text',
  image: 'image',
  imageMessage: 'image',
  video: 'video',
  gif: 'video',
  ptv: 'video',
  videoMessage: 'video',
  ptvMessage: 'video',
  audio: 'audio',
  audioMessage: 'audio',
  ptt: 'voice',
  document: 'document',
  documentMessage: 'document',
  sticker: 'sticker',
  stickerMessage: 'sticker',
  lottieStickerMessage: 'sticker',
  location: 'location',
  livelocation: 'location',
  locationMessage: 'location',
  liveLocationMessage: 'location',
  vcard: 'contacts',
  multi_vcard: 'contacts',
  contact: 'contacts',
  contact_array: 'contacts',
  contactMessage: 'contacts',
  contactsArrayMessage: 'contacts',
  poll_creation: 'poll',
  pollCreationMessage: 'poll',
  pollCreationMessageV2: 'poll',
  pollCreationMessageV3: 'poll',
  call_log: 'call',
  callLogMesssage: 'call',
};

/** What WhatsApp writes into a chat by itself, and what arrives as an event of its own. */
const notices = new Set([
  'e2e_notification',
  'notification',
  'notification_template',
  'broadcast_notification',
  'gp2',
  'protocol',
  'protocolMessage',
]);
const changes = new Set(['reaction', 'reactionMessage', 'encReactionMessage', 'pollUpdateMessage']);

function refusalOf(word: string): Refusal | null {
  if (notices.has(word)) return ignored('a notice of WhatsApp, not a message');
  if (changes.has(word)) return ignored('a reaction or vote, told by an event of its own');
  // The message comes again once WhatsApp could decrypt it; a placeholder under its id would hide it.
  if (word === 'ciphertext')
    return unreadable('not_decrypted', 'WhatsApp has not decrypted the message yet.');
  return null;
}

/** What the engine calls the message: the most telling word first. */
function listWords(message: WahaMessage): string[] {
  const words = [
    readText(message._data, 'type'),
    message.type,
    findContent(message._data)?.key,
    readText(message._data, 'Info', 'MediaType'),
  ];
  return words.filter((word): word is string => typeof word === 'string');
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
 * What the message carries; notices and undecrypted messages are refused, the unknown is `unsupported` and kept. The words
 * of an edit may be those of the notice that brought it, so that nothing is refused there.
 */
export function readKind(message: WahaMessage, isEdit: boolean): MessageKind {
  const words = listWords(message);
  for (const word of words) {
    const refusal = isEdit ? null : refusalOf(word);
    if (refusal) throw refusal;
  }
  if (message.location) return 'location';
  if (message.vCards && message.vCards.length > 0) return 'contacts';
  const known = words.map((word) => (Object.hasOwn(kinds, word) ? kinds[word] : undefined)).find(Boolean);
  if (known === 'audio' && isVoice(message)) return 'voice';
  if (known && !(known === 'text' && message.hasMedia)) return known;
  if (message.hasMedia || message.media) return kindOfMedia(message.media?.mimetype);
  return words.length === 0 && message.body ? 'text' : 'unsupported';
}
