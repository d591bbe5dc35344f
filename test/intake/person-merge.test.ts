import { toPhoneAlias, type Alias, type Identity } from '../../domain/identity';
import { toItemId, toLinkTarget } from '../../domain/ids';
import type { IncomingMessage } from '../../domain/message';
import { ingestMessage } from '../../intake/ingest-message';
import type { LinkDoc } from '../../store/links/link-schema';
import { learnPair } from '../../intake/address-book';
import { advanceMerge } from '../../intake/merging/person-merge';
import { reviewConflict } from '../../intake/merging/sweep-people';
import type { Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { linkOne } from '../scenes/link-one';
import { eventually, requestLink, useProduct } from '../scenes/product';
import { countOn, startWatch, sweepOnce } from '../scenes/watch';

const product = useProduct({ settings: { backupIntervalMs: 800 } });
let numbers = 0;

/** A new person: a number and a LID that nothing else of the suite has. */
function newNames() {
  numbers += 1;
  const tail = String(numbers).padStart(6, '0');
  const phone = toPhoneAlias(`+49170${tail}1`);
  const lid: Alias = { kind: 'lid', key: `lid:99${tail}` };
  return { e164: `+49170${tail}1`, phone, lid, id: (name: string) => `${name}${tail}` };
}

function toMessage(aliases: Alias[], id: string, text = id, more: Partial<IncomingMessage> = {}) {
  const peer: Identity = { aliases, name: 'Klaus' };
  return { ...toIncoming({ id, text }), chat: { kind: 'direct', peer }, sender: peer, ...more } as const;
}

const say = (aliases: Alias[], id: string, text?: string, store: Store = product.store) =>
  ingestMessage(store, product.account, toMessage(aliases, id, text), 'test');

const personOf = async ({ key }: Alias) => {
  const person = await product.store.people.findByAlias(product.portalId, key);
  if (!person) throw new Error('nobody has this alias');
  return person;
};

const link = (personId: string, crmContactId: number): Promise<LinkDoc> =>
  linkOne(product.store, product.portalId, personId, crmContactId);

/** The ids of the messages that wait for a link, and of those in the person's chats. */
async function stateOf(personId: string) {
  const { store, portalId } = product;
  const own = await store.links.findByPerson(portalId, personId);
  const rows = own ? await store.outbox.model.find({ target: toLinkTarget(own._id) }).lean() : [];
  const chats = await store.chats.listDirect(portalId, personId);
  const messages = await store.messages.model.find({ chatId: { $in: chats.map(({ _id }) => _id) } }).lean();
  const byId = new Map(messages.map(({ _id, stanzaId }) => [_id, stanzaId]));
  return {
    waiting: rows.map(({ messageId }) => byId.get(messageId)).sort(),
    messages: messages.map(({ stanzaId }) => stanzaId).sort(),
    chats: chats.length,
  };
}

async function finishMerges(): Promise<void> {
  for (const { _id } of await product.store.people.listMoving(product.portalId, {
    after: null,
    limit: 100,
  })) {
    while ((await advanceMerge(product.store, _id)).state === 'more');
  }
}

test('a LID that spoke first: when its number becomes known, what it said waits for the contact of the number', async () => {
  const { phone, lid, id } = newNames();
  await say([lid], id('L'));
  await say([phone], id('P'));
  const survivor = await personOf(phone);
  await link(survivor._id, 1);
  await say([phone, lid], id('B'));
  const merged = await product.store.people.model.findOne({ mergedInto: survivor._id }).lean();
  expect(merged).toMatchObject({ moving: false, aliases: [{ key: lid.key }] });
  expect((await personOf(lid))._id).toBe(survivor._id);
  expect(await stateOf(survivor._id)).toEqual({
    waiting: [id('B'), id('L'), id('P')],
    messages: [id('B'), id('L'), id('P')],
    chats: 1,
  });
  await say([lid], id('M'));
  expect((await stateOf(survivor._id)).waiting).toContain(id('M'));
  expect((await product.store.people.load(merged?._id ?? ''))?._id).toBe(survivor._id);
});

test('a number learnt for a LID alone makes no second person and calls for the look-up', async () => {
  const { phone, lid, id } = newNames();
  await say([lid], id('L'));
  const before = await personOf(lid);
  await product.store.people.restLookups([before], new Date());
  await learnPair(product.store, product.portalId, { aliases: [phone, lid], name: null }, 'test');
  const after = await personOf(phone);
  expect(after._id).toBe(before._id);
  expect(after.lookup?.nextAt).not.toBeNull();
});

test('two people with different numbers are never merged: messages go by the number, and a conflict is shown', async () => {
  const one = newNames();
  const other = newNames();
  await say([one.phone, one.lid], one.id('A'));
  await say([other.phone], other.id('B'));
  await say([other.phone, one.lid], other.id('C'));
  const [first, second] = await Promise.all([personOf(one.phone), personOf(other.phone)]);
  expect(first._id).not.toBe(second._id);
  expect((await personOf(one.lid))._id).toBe(first._id);
  expect((await stateOf(second._id)).messages).toEqual([other.id('B'), other.id('C')]);
  const [review] = await product.store.reviews.listOfPeople(product.portalId, [second._id], 'identity');
  expect(review).toMatchObject({ kind: 'conflict', state: 'open', otherPersonId: first._id });
});

test('two names linked with different contacts are a conflict; with one contact they become one', async () => {
  const { phone, lid, id } = newNames();
  await say([lid], id('L'));
  await say([phone], id('P'));
  const [byLid, byPhone] = await Promise.all([personOf(lid), personOf(phone)]);
  const loserLink = await link(byLid._id, 1);
  await link(byPhone._id, 2);
  await say([phone, lid], id('B'));
  expect((await personOf(lid))._id).toBe(byLid._id);
  const { reviews, links } = product.store;
  const [review] = await reviews.listOfPeople(product.portalId, [byPhone._id], 'identity');
  if (!review) throw new Error('no conflict');
  expect(review.candidates.map(({ crmContactId }) => crmContactId).sort()).toEqual([1, 2]);
  await reviewConflict(product.store, review);
  expect((await reviews.load(review._id))?.state).toBe('open');
  await links.model.updateOne({ _id: loserLink._id }, { $set: { state: 'unlinked' } });
  await reviewConflict(product.store, review);
  expect((await reviews.load(review._id))?.state).toBe('answered');
  expect((await personOf(lid))._id).toBe(byPhone._id);
  expect(await links.findByPerson(product.portalId, byLid._id)).toMatchObject({ state: 'unlinked' });
});

test('the link of the merged person goes with its history to the survivor, who has none', async () => {
  const { phone, lid, id } = newNames();
  await say([lid], id('L'));
  const linked = await link((await personOf(lid))._id, 5);
  await say([phone], id('P'));
  await say([phone, lid], id('B'));
  const survivor = await personOf(phone);
  expect((await product.store.links.findByPerson(product.portalId, survivor._id))?._id).toBe(linked._id);
  expect((await stateOf(survivor._id)).waiting).toEqual(['B', 'L', 'P'].map(id));
});

test('of two copies of a message the one in an entry survives, and nothing is told twice', async () => {
  const { phone, lid, id } = newNames();
  await say([lid], id('S'), 'same');
  await say([phone], id('S'), 'same');
  const { store, portalId } = product;
  const [byLid, byPhone] = await Promise.all([personOf(lid), personOf(phone)]);
  const [lidChat] = await store.chats.listDirect(portalId, byLid._id);
  const told = await store.messages.find(lidChat?._id ?? '', `in/${id('S')}`);
  const item = toItemId(told?._id ?? '', 0, 1);
  const linked = await link(byLid._id, 7);
  await store.entries.plan({
    ...{
      portalId,
      target: toLinkTarget(linked._id),
      chatId: lidChat?._id ?? '',
      lane: 'live',
      items: [item],
    },
    ...{ crmContactId: 7, epoch: 1, marker: id('marker'), text: 'told', newestAt: new Date() },
  });
  await say([phone, lid], id('B'));
  const { messages, waiting } = await stateOf(byPhone._id);
  expect(messages.filter((one) => one === id('S'))).toHaveLength(1);
  const [chat] = await store.chats.listDirect(portalId, byPhone._id);
  expect((await store.messages.find(chat?._id ?? '', `in/${id('S')}`))?._id).toBe(told?._id);
  expect(waiting).toEqual([id('B'), id('S')]);
  expect(await store.entries.listByItems([item])).toHaveLength(1);
});

/** The store, whose nth write of a merge is the last one. */
function dyingStore(store: Store, atWrite: number): { store: Store; writes: () => number } {
  let writes = 0;
  const steps: Record<string, string[]> = {
    people: ['markMerged', 'absorb', 'finishMerge', 'lookUpSoon'],
    links: ['giveTo', 'whichParked'],
    chats: ['giveTo', 'markMerged', 'moveTold'],
    messages: ['giveTo', 'removeCopy', 'saveVersion'],
    outbox: ['giveTo', 'remove', 'add'],
  };
  const rig = <T extends object>(room: T, names: string[]): T =>
    new Proxy(room, {
      get(object, name, receiver) {
        const real: unknown = Reflect.get(object, name, receiver);
        if (typeof real !== 'function' || !names.includes(String(name))) return real;
        return async (...input: unknown[]) => {
          if (writes >= atWrite) throw new Error('died');
          writes += 1;
          const out: unknown = await (real as (...given: unknown[]) => unknown).apply(object, input);
          if (writes >= atWrite) throw new Error('died');
          return out;
        };
      },
    });
  const rigged = Object.fromEntries(
    Object.entries(store).map(([name, room]) => [name, steps[name] ? rig(room, steps[name]) : room]),
  ) as Store;
  return { store: rigged, writes: () => writes };
}

test('a merge that dies between any two of its steps is finished by the sweep', async () => {
  let deaths = 0;
  for (let atWrite = 1; atWrite < 60; atWrite += 1) {
    const { phone, lid, id } = newNames();
    await say([lid], id('L'));
    await say([lid], id('S'), 'same');
    await say([phone], id('P'));
    await say([phone], id('S'), 'same');
    const survivor = await personOf(phone);
    const linked = await link((await personOf(lid))._id, 9);
    const { store } = dyingStore(product.store, atWrite);
    const died = await learnPair(store, product.portalId, { aliases: [phone, lid], name: null }, 'test').then(
      () => false,
      () => true,
    );
    await finishMerges();
    await say([phone, lid], id('B'));
    await finishMerges();
    const all = ['B', 'L', 'P', 'S'].map(id);
    expect([atWrite, await stateOf(survivor._id)]).toEqual([
      atWrite,
      { waiting: all, messages: all, chats: 1 },
    ]);
    expect((await product.store.links.findByPerson(product.portalId, survivor._id))?._id).toBe(linked._id);
    if (!died) break;
    deaths += 1;
  }
  expect(deaths).toBeGreaterThan(8);
});

test('earlier messages of a LID arrive on the page of the contact its number turned out to be', async () => {
  const { e164, phone, lid, id } = newNames();
  const contactId = product.portal.addContact({ name: 'Late', phones: [e164] });
  await say([lid], id('early'), 'early');
  await product.startWorker();
  await startWatch(product);
  await requestLink(product, { phone: e164 });
  await eventually('the link', async () => {
    const own = await product.store.links.findByPerson(product.portalId, (await personOf(phone))._id);
    return own?.state === 'linked';
  });
  await say([phone, lid], id('now'), 'now');
  await sweepOnce(product);
  await eventually('both messages', () => countOn(product, [contactId], 'early') === 1);
  expect(countOn(product, [contactId], 'now')).toBe(1);
});
