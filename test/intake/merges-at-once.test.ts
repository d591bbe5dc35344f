import { toPhoneAlias, type Alias, type Identity } from '../../domain/identity';
import { learnPair } from '../../intake/address-book';
import { advancePerson } from '../../intake/merging/sweep-people';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { link, say, tell, tellings, toMessage } from '../scenes/merge';
import { addAccount, addPortal, useStore } from '../scenes/store';

const store = useStore();
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const phone = toPhoneAlias('+491701234567');
const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };
const pair: Identity = { aliases: [phone, lid], name: null };

const sayOf = (alias: Alias, id: string, to = account) => say(store, to, toMessage([alias], id));

async function personOf({ key }: Alias): Promise<string> {
  const person = await store.people.findByAlias(portalId, key);
  if (!person) throw new Error('nobody has this alias');
  return person._id;
}

/** The store, in which a merge is carried out by somebody else after the merged person's link was read and before the other one's is. */
function givenBetweenReads([loserId, survivorId]: readonly [string, string], merge: () => Promise<unknown>) {
  const { findByPerson } = store.links;
  let isRead = () => {};
  const read = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  const links: Store['links'] = {
    ...store.links,
    async findByPerson(portal, personId) {
      if (personId === survivorId) await read;
      const found = await findByPerson(portal, personId);
      if (personId === loserId) await merge().finally(isRead);
      return found;
    },
  };
  return { ...store, links };
}

/** The merge was begun, and whoever began it died. */
async function beginMerge() {
  const people = [await personOf(lid), await personOf(phone)] as const;
  await store.people.markMerged(...people);
  return people;
}

test('a link that another pass over the same merge gives over just now is not taken for two: it stays linked', async () => {
  await sayOf(lid, 'S');
  const { _id: linkId } = await link(store, portalId, lid);
  await sayOf(phone, 'P');
  const people = await beginMerge();
  const [loserId, personId] = people;
  await advancePerson(
    givenBetweenReads(people, () => advancePerson(store, loserId)),
    loserId,
  );
  const now = await store.links.load(linkId);
  expect(now).toMatchObject({ personId, state: 'linked', change: null });
  expect(now && (await tell(store, now))).toBe(2);
  expect(await tellings(store, portalId, 'P')).toEqual({ create: 1 });
});

test('a link that is given over while a change of it waits is no conflict with itself', async () => {
  await sayOf(lid, 'S');
  const { _id: linkId } = await link(store, portalId, lid);
  await sayOf(phone, 'P');
  await store.links.requestChange(linkId, {
    ...{ kind: 'changeContact', crmContactId: 2, entries: 'keep', remember: false, operationId: 'asked' },
  });
  const people = [await personOf(lid), await personOf(phone)] as const;
  const rigged = givenBetweenReads(people, () => learnPair(store, portalId, pair, 'test'));
  await learnPair(rigged, portalId, pair, 'test');
  expect(await store.reviews.model.countDocuments({ portalId, kind: 'conflict' })).toBe(0);
  expect(await store.links.load(linkId)).toMatchObject({ personId: people[1], crmContactId: 1 });
});

test('a chat that another pass over the same merge gives over just now is not merged into itself', async () => {
  await sayOf(lid, 'S');
  await sayOf(phone, 'P', await addAccount(store, portalId, '+491700000002'));
  const [loserId, personId] = await beginMerge();
  const chats: Store['chats'] = {
    ...store.chats,
    async giveTo(chat, from, to) {
      await advancePerson(store, loserId);
      return store.chats.giveTo(chat, from, to);
    },
  };
  await advancePerson({ ...store, chats }, loserId);
  const theirs = await store.chats.listDirect(portalId, personId);
  expect(theirs.map(({ mergedInto, absorbed }) => ({ mergedInto, absorbed }))).toEqual([
    { mergedInto: null, absorbed: [] },
    { mergedInto: null, absorbed: [] },
  ]);
});

test('of two links the one that has become the only one meanwhile is not ended', async () => {
  await sayOf(lid, 'S');
  const { _id: linkId } = await link(store, portalId, lid);
  await sayOf(phone, 'P');
  const own = await link(store, portalId, phone);
  const [loserId, personId] = await beginMerge();
  const operations: Store['operations'] = {
    ...store.operations,
    async begin(operation) {
      await store.links.model.updateOne({ _id: own._id }, { $set: { state: 'unlinked' } });
      await advancePerson(store, loserId);
      return store.operations.begin(operation);
    },
  };
  await advancePerson({ ...store, operations }, loserId);
  expect(await store.links.load(linkId)).toMatchObject({ personId, state: 'linked', change: null });
});
