import type { MediaSource } from '../../domain/message';
import { parseJid } from '../../domain/jid';
import type { ParsedMessageId } from '../message-id';
import { ignored, unreadable } from '../refusal';
import { findContent, isOnlyCompanions, readNumber, readPath } from '../web/engine-data';
import { kindOfContent } from '../web/kind';
import { kindsWithFile } from '../web/media';
import type { WebMessage } from '../web/message';
import { readMessageId } from '../web/participants';
import { toEngineData, type EvolutionMessage, type MessageKey } from './payload';

/** Chat, direction and speaker as a key gives them. */
export function toWebId(key: MessageKey): ParsedMessageId {
  return {
    stanzaId: readMessageId(key.id).stanzaId,
    fromMe: key.fromMe ?? null,
    chatJid: key.remoteJid ?? key.remoteJidAlt ?? null,
    participantJid: key.participant ?? null,
  };
}

/** A message to a broadcast list stands in the chat with its sender. Ours does not say who got it. */
function atSender(id: ParsedMessageId): ParsedMessageId {
  if (parseJid(id.chatJid ?? '')?.kind !== 'broadcast') return id;
  if (id.fromMe || !id.participantJid) throw ignored('a message to a broadcast list');
  return { ...id, chatJid: id.participantJid, participantJid: null };
}

const editTypes = new Set(['editedMessage', 'protocolMessage', 'secretEncryptedMessage']);

/** Some edits come as messages with nothing in them, and once more as an event of their own. */
function refuseEmpty(data: unknown, { messageType }: EvolutionMessage): void {
  if (isOnlyCompanions(data) || findContent(data) || readPath(data, 'key', 'isViewOnce') === true) return;
  if (messageType && editTypes.has(messageType)) throw ignored('an edit, told by an event of its own');
  throw unreadable('empty_message', 'The message came without its content.');
}

/** A message in the form that all linked devices' messages are read in. */
export function toWebMessage(given: EvolutionMessage): { message: WebMessage; id: ParsedMessageId } {
  const data = toEngineData(given);
  refuseEmpty(data, given);
  const participant = given.key.participant ?? given.participant;
  const id = atSender(toWebId({ ...given.key, participant }));
  const kind = kindOfContent(findContent(data)?.key ?? '');
  const message: WebMessage = {
    id: id.stanzaId,
    timestamp: readNumber(data, 'messageTimestamp') ?? undefined,
    fromMe: id.fromMe,
    hasMedia: kind !== undefined && kindsWithFile.includes(kind),
    _data: data,
  };
  return { message, id };
}

/** Where the server's file storage has it, where it has one, and the message by which the server fetches it from WhatsApp. */
export function toFileSource(given: EvolutionMessage, { stanzaId, chatJid }: ParsedMessageId): MediaSource {
  const url = readPath(given.message, 'mediaUrl');
  return {
    kind: 'evolution',
    url: typeof url === 'string' && url !== '' ? url : null,
    chatId: chatJid ?? '',
    messageId: stanzaId,
  };
}
