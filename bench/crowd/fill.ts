import { setTimeout as sleep } from 'node:timers/promises';
import { toPhoneAlias } from '../../domain/identity';
import type { Store } from '../../store/store';
import { each, linkContacts, type BenchContact } from '../scene/contacts';
import { oldestStampMs } from '../../domain/rhythm/parked-check';
import type { BenchPortal } from '../scene/portal';
import { idOf } from '../queries/seed';

/** So many documents a request: each ends well within the driver's patience. */
const batch = 2_000;
const intervalMs = 180_000;
/** Beyond the numbers of `linkContacts`. */
const phoneOf = (index: number): string => `+4917${String(200_000_000 + index)}`;

/**
 * Contacts that are linked and parked since long, without a workflow: the first by the store's own steps, the others like it. The portal
 * has the first `talking` of them, which are given back.
 */
export async function fillCrowd(
  { store, portalId, portal }: { store: Store; portalId: string; portal: BenchPortal },
  { contacts, talking }: { contacts: number; talking: number },
): Promise<BenchContact[]> {
  const [first] = await linkContacts({ store, portalId }, portal, 1);
  const link = first && (await store.links.load(first.linkId));
  const person = link && (await store.people.load(link.personId));
  if (!person) throw new Error('the first contact is gone');
  const at = new Date();
  // As sweeps leave them that went on for long.
  const check = { checkedAt: new Date(at.getTime() - intervalMs), links: contacts, intervalMs };
  await store.portals.noteParkedCheck(portalId, check);
  // Evenly old, from one interval to when a stamp is due.
  const stampOf = (index: number) =>
    new Date(at.getTime() - Math.max(intervalMs, (oldestStampMs(check) * index) / (2 * contacts)));
  const parked = { rhythm: 'parked', lastTriedAt: at, contactSeenAt: at } as const;
  for (let from = 0; from < contacts; from += batch) {
    const indexes = Array.from({ length: Math.min(batch, contacts - from) }, (_, nth) => from + nth);
    const people = indexes.map((index) => ({
      ...{ ...person, _id: idOf('a', index), name: `Contact ${index}` },
      aliases: [{ ...toPhoneAlias(phoneOf(index)), firstSeenAt: at, source: 'bench' }],
    }));
    // The portal gives its numbers in the order of asking: the first contact has the one before.
    const links = indexes.map((index) => {
      const _id = idOf('b', index);
      const stamp = stampOf(index);
      return {
        ...{ ...link, ...parked, _id, personId: idOf('a', index), lastCheckedAt: stamp, lastSyncAt: stamp },
        crmContactId: first.crmContactId + 1 + index,
      };
    });
    await store.people.model.collection.insertMany(people as never[], { ordered: false });
    await store.links.model.collection.insertMany(links as never[], { ordered: false });
  }
  const talkers: BenchContact[] = [];
  // One at a time: their numbers are those of the links.
  await each(Array.from({ length: talking }), 1, async (_, index) => {
    const e164 = phoneOf(index);
    const crmContactId = await portal.addContact({ name: `Contact ${index}`, phones: [e164] });
    if (crmContactId !== first.crmContactId + 1 + index) throw new Error('the portal numbers in another way');
    talkers.push({ linkId: idOf('b', index), crmContactId, e164 });
  });
  // The CRM was followed so far: that its contacts are new here is no change, once their second is over.
  await sleep(1_500);
  const updatedTime = `${new Date().toISOString().slice(0, 19)}+00:00`;
  await store.portals.moveWatchCursor(portalId, { updatedTime, afterId: 0 });
  return talkers;
}
