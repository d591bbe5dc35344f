import type { EntryDoc } from '../../store/delivery/entries';
import { linkIdOf } from '../../domain/ids';
import type { ActivityDeps } from '../deps';

/**
 * The writes that follow a delivered entry, in this order: messages stamped, clocks moved, rows deleted last. A crash in
 * between leaves rows of a delivered entry; the next round finds them and does all of it again.
 */
export async function recordDelivery({ store }: ActivityDeps, entry: EntryDoc): Promise<void> {
  const told = entry.items.map((item) => {
    const [messageId = '', v = '0'] = item.split('/');
    return { messageId, v: Number(v) };
  });
  await store.messages.stamp(told, entry._id);
  await store.chats.moveTold(entry.chatId, entry.lane, entry.newestAt);
  const linkId = linkIdOf(entry.target);
  if (linkId !== null) {
    await store.links.moveBackedUp(linkId, entry.deliveredAt ?? new Date(), {
      messagesBackedUp: await store.entries.countDeliveredItems(entry.target),
    });
  }
  await store.outbox.remove(entry.items);
}
