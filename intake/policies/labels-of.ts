import { listHiddenLabels } from '../../domain/source/labels';
import { chatKeysOf, type SeenChat } from '../../domain/source/policy';
import type { AccountDoc } from '../../store/accounts';
import { waitsForLabels } from '../../store/sources/label-state';
import type { Store } from '../../store/store';

/** The files of exported chats say nothing of labels and are never asked again: who chose one chat meant it, unless it is known to have a label. */
const saysNothing = 'export';

/**
 * The chats with the labels they have: one question for all of a delivery, and only for accounts that leave out labels. WAHA’s are known of all
 * chats or of none; a client of ingest says them chat by chat.
 */
export async function withLabels<Chat extends SeenChat | null>(
  { labelledChats }: Store,
  account: AccountDoc,
  source: string,
  chats: readonly Chat[],
): Promise<Chat[]> {
  if (listHiddenLabels(account.policy).length === 0) return [...chats];
  const keys = new Set(chats.flatMap((chat) => (chat ? chatKeysOf(chat) : [])));
  const found = keys.size > 0 ? await labelledChats.listByKeys(account._id, [...keys]) : [];
  const isUnknown = source !== saysNothing && waitsForLabels(account);
  const unsaid = account.kind === 'ingest' && source !== saysNothing ? null : [];
  return chats.map((chat) => {
    if (!chat) return chat;
    const own = new Set(chatKeysOf(chat));
    const rows = found.filter((row) => row.keys.some((key) => own.has(key)));
    const labels = rows.length > 0 ? rows.flatMap((row) => row.labels) : unsaid;
    return { ...chat, labels: isUnknown ? null : labels };
  });
}
