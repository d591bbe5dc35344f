import { isStrong, type Alias, type Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import type { ParsedMessageId } from '../message-id';
import { parsePersonName } from '../names';
import { collectAliases, isAmong, readChatAddress, type ChatAddress } from '../people';
import { ignored, unreadable } from '../refusal';
import type { IngestEnvelope } from './envelope';
import { findAddressAlias, findBsuidAlias, findPhoneAlias, findUsernameAlias } from './aliases';
import type { IngestMessage } from './schema';

function readAddress(chatId: string, { bsuidScope }: IngestEnvelope): ChatAddress {
  const alias = findPhoneAlias(chatId) ?? findBsuidAlias(chatId, bsuidScope);
  return alias ? { kind: 'person', alias } : readChatAddress(chatId);
}

/** The person by all names that the message and the request's address book give, the surest first. */
function toIdentity(found: readonly (Alias | null)[], name: unknown, envelope: IngestEnvelope): Identity {
  const { addressBook, ownAliases } = envelope;
  const aliases = found.flatMap((alias) => (alias ? addressBook.listAliases(alias) : []));
  const bookName = aliases.map(addressBook.findName).find((known) => known !== null);
  return { aliases: collectAliases(aliases, ownAliases), name: parsePersonName(name) ?? bookName ?? null };
}

function readSender(
  { sender }: IngestMessage,
  id: ParsedMessageId,
  { bsuidScope }: IngestEnvelope,
): (Alias | null)[] {
  const address = findAddressAlias(sender?.id, bsuidScope);
  const phone = findPhoneAlias(sender?.phone);
  const bsuid = findBsuidAlias(sender?.bsuid, bsuidScope);
  if ((sender?.id && !address) || (sender?.phone && !phone) || (sender?.bsuid && !bsuid)) {
    throw unreadable('bad_sender', 'The sender has an id, phone or BSUID that cannot be read.');
  }
  const participant = findAddressAlias(id.participantJid, bsuidScope);
  return [address, phone, participant, bsuid, findUsernameAlias(sender?.username)];
}

function readGroupSender(message: IngestMessage, id: ParsedMessageId, envelope: IngestEnvelope): Identity {
  const sender = toIdentity(readSender(message, id, envelope), message.sender?.name, envelope);
  if (sender.aliases.some(isStrong)) return sender;
  throw unreadable('missing_sender', 'The group message does not say who sent it.');
}

function readDirection(message: IngestMessage, id: ParsedMessageId): boolean {
  const fromMe = message.fromMe ?? id.fromMe;
  if (fromMe === null) throw unreadable('missing_from_me', 'The message does not say whether we sent it.');
  if (id.fromMe !== null && id.fromMe !== fromMe) {
    throw unreadable('bad_id', 'The id tells another direction than fromMe.');
  }
  return fromMe;
}

type Participants = Pick<IncomingMessage, 'chat' | 'fromMe' | 'sender'>;

/** Chat, direction and speaker. The chat says who the peer is; a sender given besides it only adds what the chat leaves open. */
export function readParticipants(
  message: IngestMessage,
  id: ParsedMessageId,
  envelope: IngestEnvelope,
): Participants {
  const fromMe = readDirection(message, id);
  const address = readAddress(message.chatId, envelope);
  if (address.kind === 'group') {
    const { groupJid } = address;
    const chat = { kind: 'group', groupJid, title: envelope.groupTitles.get(groupJid) ?? null } as const;
    // In a group of LIDs WhatsApp calls what we write ourselves foreign.
    const isOurs =
      fromMe ||
      readSender(message, id, envelope).some((alias) => alias && isAmong(alias, envelope.ownAliases));
    return { chat, fromMe: isOurs, sender: isOurs ? null : readGroupSender(message, id, envelope) };
  }
  if (isAmong(address.alias, envelope.ownAliases)) throw ignored('a chat with ourselves');
  if (fromMe) {
    const peer = toIdentity([address.alias], null, envelope);
    return { chat: { kind: 'direct', peer }, fromMe, sender: null };
  }
  const peer = toIdentity(
    [address.alias, ...readSender(message, id, envelope)],
    message.sender?.name,
    envelope,
  );
  return { chat: { kind: 'direct', peer }, fromMe, sender: peer };
}
