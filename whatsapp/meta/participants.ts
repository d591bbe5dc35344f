import { isStrong, type Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { isAmong } from '../people';
import { ignored, unreadable } from '../refusal';
import { readGroupId } from './ids';
import type { MetaMessage } from './payload';
import { findMetaAlias, isNobody, readIdentity, type MetaPeople } from './people';

/** Where a message stands in a delivery, by which it is clear who said it to whom. */
export interface Position {
  /** `seen`: it is to be seen by its addresses. */
  direction: 'in' | 'out' | 'seen';
  /** The other names of the one it is with, where the delivery says them beside it. */
  peer?: readonly (string | null | undefined)[];
}

export const fromOf = ({ from, from_user_id: user, from_parent_user_id: parent }: MetaMessage) => [
  from,
  user,
  parent,
];
export const toOf = ({ to, to_user_id: user, to_parent_user_id: parent }: MetaMessage) => [to, user, parent];

type Address = string | null | undefined;
const isGiven = (addresses: readonly Address[]): boolean => addresses.some((one) => one?.trim());

function isOurs(addresses: readonly Address[], { own, scope }: MetaPeople): boolean {
  return addresses.some((one) => {
    const alias = findMetaAlias(one, scope);
    return alias !== null && isAmong(alias, own);
  });
}

/** Of history and files of the past: what our number sent is ours. Without a sender, what has an addressee is ours. */
function readDirection(message: MetaMessage, people: MetaPeople, { direction }: Position): boolean {
  if (direction !== 'seen') return direction === 'out';
  const from = fromOf(message);
  if (isGiven(from)) return isOurs(from, people);
  return isGiven(toOf(message)) && !isOurs(toOf(message), people);
}

function demand(identity: Identity, code: string, reason: string): Identity {
  if (identity.aliases.some(isStrong)) return identity;
  throw unreadable(code, reason);
}

/** The one a direct chat is with. Where Meta gives no number, a BSUID is as good a name until both are seen together. */
function readPeer(
  message: MetaMessage,
  fromMe: boolean,
  people: MetaPeople,
  { peer = [] }: Position,
): Identity {
  const addresses = [...(fromMe ? toOf(message) : fromOf(message)), ...peer];
  if (addresses.some(isNobody)) throw ignored('a chat with WhatsApp itself');
  if (isOurs(addresses, people)) throw ignored('a chat with ourselves');
  const missing = 'The message does not say whom it is with.';
  return demand(readIdentity(addresses, people, { isOnly: true }), 'missing_peer', missing);
}

/** Chat, direction and speaker. */
export function readParticipants(
  message: MetaMessage,
  people: MetaPeople,
  position: Position,
): Pick<IncomingMessage, 'chat' | 'fromMe' | 'sender'> {
  const fromMe = readDirection(message, people, position);
  const groupId = message.group_id?.trim();
  if (groupId) {
    const chat = { kind: 'group', groupJid: readGroupId(groupId), title: null } as const;
    const isOwn = fromMe || isOurs(fromOf(message), people);
    const sender = isOwn ? null : readIdentity(fromOf(message), people, { isOnly: true });
    const missing = 'The group message does not say who sent it.';
    return { chat, fromMe: isOwn, sender: sender && demand(sender, 'missing_sender', missing) };
  }
  const peer = readPeer(message, fromMe, people, position);
  return { chat: { kind: 'direct', peer }, fromMe, sender: fromMe ? null : peer };
}
