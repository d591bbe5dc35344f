import { toGroupTarget, toLinkTarget } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { beginGroups } from '../groups/begin-groups';
import { addHeldAtBeginning } from '../held-messages';

/**
 * pending -> linked, where the contact is decided; then the held messages become outbox rows. The link is written before the messages are
 * scanned, and ingest writes a message before it reads the link: one of the two always sees the other. Of groups it gets what comes
 * from now on. Safe to repeat. Null: it is not linked.
 */
export async function beginLink(store: Store, linkId: string): Promise<LinkDoc | null> {
  const pending = await store.links.load(linkId);
  if (!pending || pending.crmContactId === null) return null;
  if (pending.state === 'pending') await store.links.markLinked(linkId, pending.crmContactId);
  const link = await store.links.load(linkId);
  if (!link || link.state !== 'linked') return null;
  await store.reviews.close(link.portalId, link.personId, { who: link.request.who });
  await addHeldAtBeginning(store, link);
  await beginGroups(store, link);
  return link;
}

/**
 * A link that has just begun and for which nothing waits has nothing to do: it is checked and parked at once. The order is that of every link that
 * parks: the time is read before the rows, and rows are looked for once more after it. One that began before may have unfinished entries.
 */
export async function parkIfQuiet({ links, outbox, members }: Store, linkId: string): Promise<boolean> {
  const at = new Date();
  const link = await links.load(linkId);
  if (link?.state !== 'linked' || link.rhythm === 'paused' || link.change !== null) return false;
  if (link.rhythm === 'parked') return true;
  const own = toLinkTarget(linkId);
  if (link.epoch > 1 || (await outbox.hasAny(own))) return false;
  await links.moveClocks(linkId, { checkedAt: at, syncedAt: at, triedAt: at });
  if (!(await links.park(linkId))) return false;
  const groups = (await members.listOfPerson(link.personId)).map(({ chatId }) => toGroupTarget(chatId));
  const isBusy = await outbox.hasAny(own, ...groups);
  if (isBusy) await links.setRhythm(linkId, 'rounds', ['parked']);
  return !isBusy;
}
