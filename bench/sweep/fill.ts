import { toItemId, toLinkTarget } from '../../domain/ids';
import type { Store } from '../../store/store';
import { chatId, idOf, linkId, messageId, seed } from '../queries/seed';

/** Parked links of one portal, and people without anything to look up. */
export async function fillParked(store: Store, links: number): Promise<string> {
  const [portalId = ''] = await seed(store, { links, messages: 0 });
  const quiet = { attention: null, change: null, doubt: null, creation: null, contactSeenAt: new Date() };
  await store.links.model.collection.updateMany(
    {},
    { $set: { portalId, state: 'linked', rhythm: 'parked', ...quiet } },
  );
  await store.people.model.collection.updateMany({}, { $set: { portalId, moving: false, lookup: null } });
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
