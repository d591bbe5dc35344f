import { parseJid } from '../../../domain/jid';
import type { ParsedMessageId } from '../../message-id';
import { unreadable } from '../../refusal';
import { readJid, readList, readPath } from '../../web/engine-data';
import { readMessageId } from '../../web/participants';
import type { WebMessage } from '../../web/message';

const maxRecipients = 256;

/** whatsmeow gives each recipient as an address, or as the pair of a phone and a LID. */
const readRecipients = (data: unknown): string[] => {
  const given = readList(data, 'Info', 'BroadcastRecipients').slice(0, maxRecipients);
  const jids = given.map(
    (one) => readJid(one) ?? readJid(readPath(one, 'PN')) ?? readJid(readPath(one, 'LID')),
  );
  return [...new Set(jids.filter((jid) => jid !== null))];
};

/**
 * A message to a broadcast list stands in the chat of each who gets it, as on the phone: ours with every recipient, another's with its
 * sender. Null: it is not to a broadcast list.
 */
export function listBroadcastIds(message: WebMessage): ParsedMessageId[] | null {
  const id = readMessageId(message.id);
  const chatJid = id.chatJid ?? message.from ?? '';
  if (parseJid(chatJid)?.kind !== 'broadcast') return null;
  const fromMe = id.fromMe ?? message.fromMe;
  if (fromMe) {
    const recipients = readRecipients(message._data);
    if (recipients.length > 0)
      return recipients.map((jid) => ({ ...id, fromMe, chatJid: jid, participantJid: null }));
    throw unreadable('unknown_recipients', 'The message to a broadcast list does not say who got it.');
  }
  const sender = message.participant || id.participantJid || message.author;
  if (!sender)
    throw unreadable('missing_sender', 'The message of a broadcast list does not say who sent it.');
  return [{ ...id, chatJid: sender, participantJid: null }];
}
