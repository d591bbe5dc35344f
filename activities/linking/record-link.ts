import { beginGroups } from '../../intake/groups/begin-groups';
import { addHeldAtBeginning } from '../../intake/held-messages';
import type { ActivityDeps } from '../deps';

/**
 * pending -> linked, then the held messages become outbox rows. The link is written before the messages are scanned,
 * and ingest writes a message before it reads the link: one of the two always sees the other. Of groups it gets what comes
 * from now on. Safe to repeat.
 */
export async function recordLink({ store }: ActivityDeps, linkId: string): Promise<{ linked: boolean }> {
  const pending = await store.links.load(linkId);
  if (!pending || pending.crmContactId === null) return { linked: false };
  if (pending.state === 'pending') await store.links.markLinked(linkId, pending.crmContactId);
  const link = await store.links.load(linkId);
  if (!link || link.state !== 'linked') return { linked: false };
  await store.reviews.close(link.portalId, link.personId, { who: link.request.who });
  await addHeldAtBeginning(store, link);
  await beginGroups(store, link);
  return { linked: true };
}
