import { toItemId, toLinkTarget } from '../../domain/ids';
import type { Store } from '../../store/store';
import { chatId, idOf, linkId, messageId, personId, seed } from '../queries/seed';

/** So many changes a request: each ends well within the driver's patience. */
const batch = 2_000;

/** Parked links of one portal, and people without anything to look up. */
export async function fillParked(store: Store, links: number): Promise<string> {
  const [portalId = ''] = await seed(store, { links, messages: 0 });
  const quiet = { attention: null, change: null, doubt: null, creation: null, contactSeenAt: new Date() };
  for (let from = 0; from < links; from += batch) {
    const those = { _id: { $gte: linkId(from), $lt: linkId(from + batch) } };
    const park = { $set: { portalId, state: 'linked', rhythm: 'parked', ...quiet } } as const;
    await store.links.model.collection.updateMany(those as never, park);
    const people = { _id: { $gte: personId(from), $lt: personId(from + batch) } };
    const rest = { $set: { portalId, moving: false, lookup: null } };
    await store.people.model.collection.updateMany(people as never, rest);
  }
  await store.reviews.model.collection.deleteMany({});
  return portalId;
}

/** Lets one message wait for every so-manieth link. It has just arrived: there is no backlog. */
export async function letWait(store: Store, portalId: string, links: number, every: number): Promise<number> {
  await store.outbox.model.collection.deleteMany({});
  const rows = Array.from({ length: Math.floor(links / every) }, (_, nth) => {
    const of = nth * every;
    const at = new Date();
    return {
      ...{ _id: idOf('e', nth), item: toItemId(messageId(of), 0, 1), target: toLinkTarget(linkId(of)) },
      ...{ portalId, lane: 'live' as const, chatId: chatId(of), messageId: messageId(of) },
      ...{ v: 0, part: 1, orderAt: at, arrivedAt: at },
    };
  });
  if (rows.length > 0) await store.outbox.model.collection.insertMany(rows as never[]);
  return rows.length;
}
