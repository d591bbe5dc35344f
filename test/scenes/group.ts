import { toPhoneAlias, type Alias } from '../../domain/identity';
import { toGroupTarget } from '../../domain/ids';
import type { IncomingMessage } from '../../domain/message';
import { ingestMessages } from '../../intake/ingest-message';
import type { AccountDoc } from '../../store/accounts';
import type { ChatDoc } from '../../store/chats/chats';
import type { EntryDoc } from '../../store/delivery/entries';
import type { Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';

export const groupJid = '120363000000000001@g.us';

/** One text in a group; `by` is the speaker, null where it is us. */
export interface SaidInGroup {
  text: string;
  by: Alias | string | null;
  id?: string;
  name?: string | null;
  at?: Date;
  jid?: string;
}

export function toGroupMessage({ text, by, id, name, at, jid = groupJid }: SaidInGroup): IncomingMessage {
  const alias = typeof by === 'string' ? toPhoneAlias(by) : by;
  return {
    ...toIncoming({ id: id ?? `G-${text}`, text, ...(at && { at }) }),
    chat: { kind: 'group', groupJid: jid, title: 'Project X' },
    fromMe: by === null,
    sender: alias && { aliases: [alias], name: name ?? null },
  };
}

/** Several texts, in their order, by one delivery. */
export const sayInGroup = (store: Store, account: AccountDoc, ...said: SaidInGroup[]) =>
  ingestMessages(store, account, said.map(toGroupMessage), 'test');

export async function groupChat(store: Store, portalId: string, jid = groupJid): Promise<ChatDoc> {
  const chat = await store.chats.findGroup(portalId, jid);
  if (!chat) throw new Error('no such group');
  return chat;
}

export const groupEntries = async (store: Store, portalId: string): Promise<EntryDoc[]> =>
  store.entries.listOfTarget(toGroupTarget((await groupChat(store, portalId))._id));
