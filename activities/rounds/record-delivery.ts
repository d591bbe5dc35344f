import type { EntryDoc } from '../../store/delivery/entries';
import { isFileItem, linkIdOf } from '../../domain/ids';
import type { ActivityDeps } from '../deps';
import { bindMembers } from '../groups/bind-members';

/**
 * What follows a delivered entry, in this order: messages stamped, clocks moved, a group's other pages bound, rows deleted last,
 * when every page is decided. A crash in between leaves rows of a delivered entry; the next round finds them and does all of it
 * again. True: nothing of it is left to be done.
 */
export async function recordDelivery(deps: ActivityDeps, entry: EntryDoc): Promise<boolean> {
  const { store } = deps;
  const told = entry.items
    .filter((item) => !isFileItem(item))
    .map((item) => {
      const [messageId = '', v = '0'] = item.split('/');
      return { messageId, v: Number(v) };
    });
  await store.messages.stamp(told, entry._id);
  await store.chats.moveTold(entry.chatId, entry.lane, entry.newestAt);
  const linkId = linkIdOf(entry.target);
  if (linkId !== null) {
    await store.links.moveBackedUp(linkId, entry.deliveredAt ?? new Date(), {
      messagesBackedUp: await store.entries.countDeliveredItems(entry.target, entry),
    });
  }
  if (!(await bindMembers(deps, entry))) return false;
  await store.outbox.remove(entry.items);
  return true;
}
