import { parseUsername, type Alias, type Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { parseMessageId, type ParsedMessageId } from '../message-id';
import { parsePersonName } from '../names';
import { collectAliases, findAlias, isAmong, readChatAddress } from '../people';
import { ignored, unreadable } from '../refusal';
import { readOtherAddresses, readPushName, readUsername } from './engine-data';
import type { WebMessage } from './message';

export function readMessageId(id: string): ParsedMessageId {
  const parsed = parseMessageId(id);
  if (!parsed) throw unreadable('bad_id', 'The message has no id that can be read.');
  return parsed;
}

/**
 * In an own message, Baileys' other address may be ours, and some engines name us in `to`. Such an address is the peer's only
 * when we know our own alias of that kind and this is another one.
 */
const isSurelyPeer = (alias: Alias | null, ownAliases: readonly Alias[]): alias is Alias =>
  alias !== null && ownAliases.some(({ kind }) => kind === alias.kind) && !isAmong(alias, ownAliases);

function findUsername(message: WebMessage): Alias | null {
  const username = readUsername(message._data);
  return username === null ? null : parseUsername(username);
}

function readPeer(chat: Alias, message: WebMessage, fromMe: boolean, ownAliases: readonly Alias[]): Identity {
  const others = readOtherAddresses(message._data);
  if (fromMe) {
    const surely = [message.to, ...others.recipient, ...others.sender]
      .map(findAlias)
      .filter((alias) => isSurelyPeer(alias, ownAliases));
    return { aliases: collectAliases([chat, ...surely], ownAliases), name: null };
  }
  const found = [chat, findAlias(message.from), ...others.sender.map(findAlias), findUsername(message)];
  return {
    aliases: collectAliases(found, ownAliases),
    name: parsePersonName(readPushName(message._data)),
  };
}

const listSpeakers = ({ participant, author }: WebMessage, id: ParsedMessageId): Alias[] =>
  [participant, id.participantJid, author].map(findAlias).filter((alias) => alias !== null);

function readGroupSender(message: WebMessage, id: ParsedMessageId, ownAliases: readonly Alias[]): Identity {
  const named = listSpeakers(message, id);
  // In a group, Baileys' `remoteJidAlt` would be the group's; it names nobody and is passed over.
  const others = readOtherAddresses(message._data).sender.map(findAlias);
  const known = named.length > 0 ? [...named, ...others, findUsername(message)] : [];
  const aliases = collectAliases(known, ownAliases);
  if (aliases.length === 0) throw unreadable('missing_sender', 'The group message does not say who sent it.');
  return { aliases, name: parsePersonName(readPushName(message._data)) };
}

type Participants = Pick<IncomingMessage, 'chat' | 'fromMe' | 'sender'>;

/**
 * Chat, direction and speaker. The id is asked first, since `to` may be missing and `from` differs between engines. A chat
 * with ourselves is ignored; our own number is never the peer.
 */
export function readParticipants(
  message: WebMessage,
  id: ParsedMessageId,
  ownAliases: readonly Alias[],
): Participants {
  const fromMe = id.fromMe ?? message.fromMe;
  if (fromMe == null) throw unreadable('missing_from_me', 'The message does not say whether we sent it.');
  const chatJid = id.chatJid ?? (fromMe ? message.to : message.from);
  if (!chatJid) throw unreadable('bad_chat_id', 'The message does not say which chat it is in.');
  const address = readChatAddress(chatJid);
  if (address.kind === 'group') {
    const chat = { kind: 'group', groupJid: address.groupJid, title: null } as const;
    // In a group of LIDs some engines call what we write ourselves foreign.
    const isOurs = fromMe || listSpeakers(message, id).some((alias) => isAmong(alias, ownAliases));
    return { chat, fromMe: isOurs, sender: isOurs ? null : readGroupSender(message, id, ownAliases) };
  }
  if (isAmong(address.alias, ownAliases)) throw ignored('a chat with ourselves');
  const peer = readPeer(address.alias, message, fromMe, ownAliases);
  return { chat: { kind: 'direct', peer }, fromMe, sender: fromMe ? null : peer };
}
