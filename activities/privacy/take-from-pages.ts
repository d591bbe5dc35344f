import type { Portal } from '../../bitrix24/portal';
import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import type { ActivityDeps } from '../deps';

const isOpen = ({ state }: EntryBinding): boolean => state === 'planned' || state === 'aside';
const lane = 'history';

/** Takes a posted entry from every page it is on, with the last of which it is deleted; its text goes from our store, too. Safe to repeat. */
export async function takeFrom({ store }: ActivityDeps, portal: Portal, entry: EntryDoc): Promise<void> {
  const { commentId, crmContactId, bindings = [] } = entry;
  const bound = bindings.filter(({ state }) => state === 'bound').map((one) => one.crmContactId);
  for (const contactId of new Set([...bound, crmContactId]))
    if (commentId !== null) await portal.timeline.deleteComment({ commentId, contactId, lane });
  for (const binding of bindings) {
    if (binding.state === 'bound') await store.entries.moveBinding(entry, binding, { state: 'removed' });
    else if (isOpen(binding))
      await store.entries.moveBinding(entry, binding, { state: 'ended', why: 'forgotten' });
  }
  await store.entries.markRemoved(entry);
  await store.entries.rewrite(entry, '');
}

/** Writes another text over a comment, which is one on all its pages. */
export async function writeAnew(
  { store }: ActivityDeps,
  portal: Portal,
  entry: EntryDoc,
  text: string,
): Promise<void> {
  const { commentId, crmContactId, bindings = [] } = entry;
  const bound = bindings.filter(({ state }) => state === 'bound').map((one) => one.crmContactId);
  for (const contactId of new Set([crmContactId, ...bound])) {
    if (commentId === null) break;
    if (await portal.timeline.updateComment({ commentId, contactId, text, lane })) break;
  }
  await store.entries.rewrite(entry, text);
}
