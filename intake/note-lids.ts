import type { Identity } from '../domain/identity';
import type { Store } from '../store/store';
import type { Delivered } from './delivery';

/** The LID of somebody whom the message names by nothing else. */
function lidOf(identity: Identity | null): string[] {
  const aliases = identity?.aliases ?? [];
  if (aliases.some(({ kind }) => kind === 'phone')) return [];
  return aliases.flatMap(({ kind, key }) => (kind === 'lid' ? [key.slice('lid:'.length)] : []));
}

/**
 * Notes whom a message named by a LID alone, where the source can be asked for the number; the sweep asks. After the messages are
 * stored: a delivery that dies in between comes again.
 */
export async function noteLids(store: Store, { account, delivery }: Delivered): Promise<void> {
  if (!account.waha) return;
  const lids = delivery.items.flatMap(({ translation, excluded }) => {
    if (translation.kind !== 'message' || excluded) return [];
    const { chat, sender } = translation.message;
    return [...lidOf(sender), ...(chat.kind === 'direct' ? lidOf(chat.peer) : [])];
  });
  await store.lids.note(account, lids);
}
