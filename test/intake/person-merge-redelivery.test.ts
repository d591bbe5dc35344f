import { toPhoneAlias, type Alias, type Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import type { AccountDoc } from '../../store/accounts';
import { ingestMessage } from '../../intake/ingest-message';
import { learnPair } from '../../intake/address-book';
import type { LinkDoc } from '../../store/links/link-schema';
import { addHeldMessages } from '../../intake/held-messages';
import type { Store } from '../../store/store';
import { addPortal, useStore } from '../scenes/store';
import { finishMerges, link, tell, tellings, toMessage } from '../scenes/merge';

const store = useStore();
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const phone = toPhoneAlias('+491701234567');
const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };
const pair: Identity = { aliases: [phone, lid], name: null };

const say = (aliases: Alias[], id: string, more: Partial<IncomingMessage> = {}) =>
  ingestMessage(store, account, toMessage(aliases, id, more), 'test');
const edit = (aliases: Alias[], id: string) =>
  say(aliases, id, { event: 'edit', changeId: `edit of ${id}`, text: 'edited' });
const sweep = () => finishMerges(store, portalId);
const toldOf = (stanzaId: string) => tellings(store, portalId, stanzaId);

/** The store, after whose nth call of a step something else happens first. */
function between(
  room: 'messages' | 'chats' | 'entries',
  step: string,
  happen: () => Promise<unknown>,
): Store {
  let done = false;
  const rigged = new Proxy(store[room], {
    get(object, name, receiver) {
      const real: unknown = Reflect.get(object, name, receiver);
      if (name !== step || typeof real !== 'function') return real;
      return async (...input: unknown[]) => {
        const out: unknown = await (real as (...given: unknown[]) => unknown).apply(object, input);
        if (!done) await happen();
        done = true;
        return out;
      };
    },
  });
  return { ...store, [room]: rigged };
}

/** A message that each side has; only the merged person's copy is on the page. */
async function arrangeTold(): Promise<LinkDoc> {
  await say([lid], 'S');
  const linked = await link(store, portalId, lid);
  expect(await tell(store, linked)).toBe(1);
  await say([phone], 'S');
  return linked;
}

test('what is delivered again between removing a copy and moving the told one is not told twice', async () => {
  const linked = await arrangeTold();
  const rigged = between('messages', 'removeCopy', () => say([phone], 'S'));
  await learnPair(rigged, portalId, pair, 'test');
  await tell(store, linked);
  await sweep();
  await tell(store, linked);
  expect(await toldOf('S')).toEqual({ create: 1 });
  expect(await store.messages.model.countDocuments({ portalId, stanzaId: 'S' })).toBe(1);
});

test('a merge that died there, a redelivery and a new scan of the link tell nothing twice', async () => {
  const linked = await arrangeTold();
  const dying = between('messages', 'removeCopy', () => Promise.reject(new Error('died')));
  await expect(learnPair(dying, portalId, pair, 'test')).rejects.toThrow('died');
  await say([phone], 'S');
  const now = await store.links.load(linked._id);
  if (now) await addHeldMessages(store, now);
  await tell(store, linked);
  await sweep();
  await tell(store, linked);
  expect(await toldOf('S')).toEqual({ create: 1 });
  expect(await store.messages.model.countDocuments({ portalId, stanzaId: 'S' })).toBe(1);
});

test('a copy that is still written to the merged chat is not told beside the one that moved', async () => {
  await say([lid], 'S');
  await say([lid], 'T');
  const linked = await link(store, portalId, lid);
  await tell(store, linked);
  await say([phone], 'P');
  const late = between('chats', 'findOrCreate', async () => {
    await learnPair(store, portalId, pair, 'test');
  });
  await ingestMessage(late, account, toMessage([lid], 'S'), 'test');
  await ingestMessage(late, account, toMessage([lid], 'U'), 'test');
  await tell(store, linked);
  await sweep();
  await tell(store, linked);
  expect([await toldOf('S'), await toldOf('T'), await toldOf('U')]).toEqual([
    { create: 1 },
    { create: 1 },
    { create: 1 },
  ]);
});

test('a change told of one copy is not told of the other when it is delivered again', async () => {
  await say([lid], 'S');
  await edit([lid], 'S');
  await say([phone], 'S');
  const [byLid, byPhone] = [await link(store, portalId, lid), await link(store, portalId, phone)];
  expect([await tell(store, byLid), await tell(store, byPhone)]).toEqual([2, 1]);
  await store.links.model.updateOne({ _id: byLid._id }, { $set: { state: 'unlinked' } });
  await learnPair(store, portalId, pair, 'test');
  await sweep();
  await edit([phone], 'S');
  await sweep();
  await tell(store, byPhone);
  expect((await toldOf('S'))['edit:edit of S']).toBe(1);
  await edit([lid], 'S');
  await say([lid], 'S', { event: 'edit', changeId: 'another', text: 'again' });
  await tell(store, byPhone);
  expect(await toldOf('S')).toMatchObject({ 'edit:edit of S': 1, 'edit:another': 1 });
});

test('a round that read a copy’s rows before the merge dropped it cannot tell it any more', async () => {
  await say([lid], 'S');
  const linked = await link(store, portalId, lid);
  await say([phone], 'S');
  const [row] = await store.outbox.model.find({ portalId }).lean().exec();
  if (!row) throw new Error('nothing waits');
  await learnPair(store, portalId, pair, 'test');
  const { target, chatId, item } = row;
  const planned = await store.entries.plan({
    ...{ portalId, target, chatId, lane: 'live', items: [item], crmContactId: 1, epoch: 1 },
    ...{ marker: 'late', text: 'told', newestAt: new Date() },
  });
  const told = planned ? 1 : 0;
  expect(told + (await tell(store, linked))).toBe(1);
  expect(await store.messages.model.countDocuments({ portalId, stanzaId: 'S' })).toBe(1);
});

test('a version that comes to a copy just before it is dropped is not lost', async () => {
  await say([lid], 'S');
  const linked = await link(store, portalId, lid);
  await tell(store, linked);
  await say([phone], 'S');
  const rigged = between('entries', 'retireCopy', () => edit([phone], 'S'));
  await learnPair(rigged, portalId, pair, 'test');
  await sweep();
  await tell(store, linked);
  expect(await toldOf('S')).toEqual({ create: 1, 'edit:edit of S': 1 });
});

test('the same merge several times at once, with redeliveries in between, loses and doubles nothing', async () => {
  for (const id of ['A', 'B', 'S', 'T']) await say([lid], id);
  const linked = await link(store, portalId, lid);
  await tell(store, linked, 'S');
  for (const id of ['P', 'S', 'T']) await say([phone], id);
  await Promise.all([
    ...[1, 2, 3, 4].map(() => learnPair(store, portalId, pair, 'test')),
    ...['A', 'S', 'T'].map((id) => say([lid], id)),
    ...['P', 'S', 'T'].map((id) => say([phone], id)),
  ]);
  await sweep();
  await tell(store, linked);
  const ids = ['A', 'B', 'P', 'S', 'T'];
  const messages = await store.messages.model.find({ portalId }).lean().exec();
  expect(messages.map(({ stanzaId }) => stanzaId).sort()).toEqual(ids);
  expect(await Promise.all(ids.map(toldOf))).toEqual(ids.map(() => ({ create: 1 })));
});
