import { parseJid, toAlias } from '../../domain/jid';
import type { ChatDoc, createChats } from './chats';

/** The collections that know a chat by its WhatsApp address. */
interface Addresses {
  chats: Pick<ReturnType<typeof createChats>, 'findDirect' | 'findGroup'>;
  people: { findByAlias: (portalId: string, key: string) => Promise<{ _id: string } | null> };
}

/** The chat that an account knows by this WhatsApp address, or null. */
export async function findChatByJid(
  { chats, people }: Addresses,
  { _id: accountId, portalId }: { _id: string; portalId: string },
  jid: string,
): Promise<ChatDoc | null> {
  const address = parseJid(jid);
  if (address?.kind === 'group') return chats.findGroup(portalId, address.groupJid);
  const alias = address && toAlias(address);
  const person = alias && (await people.findByAlias(portalId, alias.key));
  return person ? chats.findDirect(accountId, person._id) : null;
}
