import { log } from '@temporalio/activity';
import { Bitrix24Error } from '../../bitrix24/errors';
import type { Portal } from '../../bitrix24/portal';
import type { LinkDoc } from '../../store/links/link-schema';
import type { EntryBinding, EntryDoc } from '../../store/delivery/entries';
import { toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { toTrouble, type Trouble } from '../failures';

/** One page of a group's entry, whose link is read anew. */
export interface PageOfEntry {
  entry: EntryDoc;
  binding: EntryBinding;
  link: LinkDoc;
}

/** `open`: somebody else moved it, or a change of its link decides about it. */
export type Bound = { kind: 'bound' } | { kind: 'open' } | { kind: 'aside'; trouble: Trouble | null };

/** The link is as it was read: after `beginBinding` a change of it either sees that, or is seen here. */
async function isAsRead({ store }: ActivityDeps, { _id, epoch, crmContactId }: LinkDoc): Promise<boolean> {
  const now = await store.links.load(_id);
  return (
    now?.state === 'linked' && now.change === null && now.epoch === epoch && now.crmContactId === crmContactId
  );
}

async function setAside(deps: ActivityDeps, { entry, binding, link }: PageOfEntry, error: Bitrix24Error) {
  const trouble = toTrouble(error);
  log.warn('The page of a group’s member does not take an entry', {
    ...{ entryId: entry._id, linkId: link._id, code: trouble.code },
  });
  await deps.store.entries.moveBinding(entry, binding, { state: 'aside', why: trouble.code });
  // As with a round of its own: the link in doubt is looked up again, and a person sees it.
  await deps.store.links.setAttention(link._id, toAttention(trouble));
  return { kind: 'aside', trouble } as const;
}

/** Whether it says something of this one page: all others go on. What concerns the whole portal is thrown. */
const isOfOnePage = (error: unknown): error is Bitrix24Error =>
  error instanceof Bitrix24Error && !toTrouble(error).portalWide;

/**
 * Shows a delivered entry on one more page. Bitrix24 takes the same binding twice for one, so that a lost answer, and a process
 * that died before it wrote the answer down, only ask again.
 */
export async function bindOne(deps: ActivityDeps, portal: Portal, page: PageOfEntry): Promise<Bound> {
  const { store } = deps;
  const { entry, binding, link } = page;
  const { commentId, lane } = entry;
  const { crmContactId: contactId } = link;
  if (commentId === null || contactId === null) return { kind: 'open' };
  try {
    const isBound = await portal.timeline.bind({
      ...{ commentId, contactId, lane },
      claim: async (sentAt) =>
        (await store.entries.beginBinding(entry, binding, contactId, sentAt)) && isAsRead(deps, link),
    });
    if (!isBound) return { kind: 'open' };
  } catch (error) {
    if (isOfOnePage(error)) return setAside(deps, page, error);
    throw error;
  }
  return confirm(deps, page, contactId);
}

/** The page of the contact shows it: the binding is confirmed, then the link's clock. */
export async function confirm(
  { store }: ActivityDeps,
  { entry, binding, link }: PageOfEntry,
  crmContactId: number,
): Promise<Bound> {
  const to = { state: 'bound', why: null, crmContactId } as const;
  if (!(await store.entries.moveBinding(entry, binding, to))) return { kind: 'open' };
  await store.links.moveBackedUp(link._id, new Date(), {});
  return { kind: 'bound' };
}
