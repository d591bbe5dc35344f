import type { Store } from '../../store/store';
import { chatId, personId, seed } from '../queries/seed';
import type { Seeded } from './questions';

const batch = 5_000;
/** Of the first account so many people, the oldest; of the second every so-manieth; of the third all others. */
const ofSmall = 1_000;
const ofMiddleEvery = 33;

/** Gives each person a chat with one of three accounts. */
async function addChats(
  { chats }: Store,
  portalId: string,
  links: number,
  accounts: Accounts,
): Promise<void> {
  const { collection } = chats.model;
  await collection.deleteMany({});
  const accountOf = (index: number): string => {
    if (index < ofSmall) return accounts.smallAccountId;
    return index % ofMiddleEvery === 0 ? accounts.middleAccountId : accounts.largeAccountId;
  };
  for (let from = 0; from < links; from += batch) {
    const docs = Array.from({ length: Math.min(batch, links - from) }, (_, place) => {
      const index = from + place;
      const accountId = accountOf(index);
      return {
        ...{ _id: chatId(index), key: `direct/${accountId}/${personId(index)}`, portalId, kind: 'direct' },
        ...{ accountId, personId: personId(index), groupJid: null, title: null, mergedInto: null },
        told: { live: null, history: null },
      };
    });
    await collection.insertMany(docs as never[], { ordered: false });
  }
}

type Accounts = Pick<Seeded, 'smallAccountId' | 'middleAccountId' | 'largeAccountId'>;

/** Links with their people, chats, messages and what waits. */
export async function fill(store: Store, links: number): Promise<Seeded> {
  const [portalId = ''] = await seed(store, { links, messages: links * 2 });
  const add = async (e164: string) => {
    const fresh = { portalId, kind: 'ingest', e164, name: 'Sales', hmacKey: null } as const;
    return (await store.accounts.add(fresh)).account._id;
  };
  const accounts = {
    smallAccountId: await add('+4930111111'),
    middleAccountId: await add('+4930222222'),
    largeAccountId: await add('+4930333333'),
  };
  await addChats(store, portalId, links, accounts);
  return { links, portalId, ...accounts };
}
