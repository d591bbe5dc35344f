import { isFileItem, toItemId, toVersionId, type ItemId, type MessageId } from '../../domain/ids';
import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import type { Store } from '../../store/store';

const toMessageItem = (item: ItemId): ItemId => {
  const [messageId, version] = toVersionId(item).split('/') as [MessageId, string];
  return toItemId(messageId, Number(version), 1);
};

const isOpen = ({ state }: EntryBinding): boolean => state !== 'ended' && state !== 'removed';

/**
 * A file of a group goes to every page that has its message by now. Who asked for earlier entries has messages whose files were on their way already:
 * rows name the pages of when they were made. Before the request; a page that is asked for later is added to the entry by who asks.
 */
export async function addPagesOfMessages({ entries }: Store, entry: EntryDoc): Promise<void> {
  const { bindings, items } = entry;
  if (!bindings) return;
  const own = new Set(items);
  const messages = [...new Set(items.filter(isFileItem).map(toMessageItem))].filter((item) => !own.has(item));
  if (messages.length === 0) return;
  const found = await entries.listByItems(messages);
  const [first, ...others] = messages.map(
    (item) => found.find((one) => one.items.includes(item))?.bindings?.filter(isOpen) ?? [],
  );
  const ofAll = (first ?? []).filter(({ linkId }) =>
    others.every((pages) => pages.some((page) => page.linkId === linkId)),
  );
  for (const { linkId, crmContactId } of ofAll) {
    if (bindings.some((page) => page.linkId === linkId)) continue;
    await entries.addPage(entry, { linkId, crmContactId });
  }
}
