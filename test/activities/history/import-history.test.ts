import type { Activities } from '../../../activities';
import { toPhoneAlias } from '../../../domain/identity';
import { toLinkTarget } from '../../../domain/ids';
import { resolvePerson } from '../../../intake/resolve-person';
import type { ImportDoc, NewImport } from '../../../store/history/imports';
import { SourceAwayError } from '../../../whatsapp/history-source';
import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';
import { addTalk, createMemorySource, talkOf, type MemorySource } from '../../scenes/history-source';

const delivery = useDelivery();
/** Noon of two days ago: no talk of a test goes over midnight, where lines have their day. */
const noon = new Date(new Date(Date.now() - 2 * 86_400_000).setUTCHours(12, 0, 0, 0));
const before = (seconds: number): Date => new Date(noon.getTime() - seconds * 1_000);

let source: MemorySource;
let activities: Activities;
let accountId: string;

beforeEach(async () => {
  source = createMemorySource();
  activities = delivery.createProcess({ historyOf: () => source });
  const [account] = await delivery.store.accounts.list();
  accountId = account?._id ?? '';
});

const begin = (fresh: Partial<NewImport> = {}): Promise<ImportDoc> =>
  delivery.store.imports.begin({
    ...{ portalId: delivery.portalId, accountId, kind: 'history', from: null, to: new Date() },
    ...fresh,
  });

const step = (importId: string) => runActivity(activities.importHistory, { importId });

/** Steps of an import until it has ended, or waits for something. */
async function work(importId: string): Promise<string> {
  for (;;) {
    const progress = await step(importId);
    if (progress?.next !== 'more') return progress?.next ?? 'gone';
  }
}

async function storedOf({ phone }: Linked | { phone: string }): Promise<string[]> {
  const { store, portalId } = delivery;
  const person = await store.people.findByAlias(portalId, `phone:${phone}`);
  const [chat] = person ? await store.chats.listDirect(portalId, person._id) : [];
  const messages = chat ? await store.messages.listOfChat(chat._id, null, 5_000) : [];
  return messages.map(({ versions }) => versions[0]?.text ?? '');
}

/** Rounds until nothing of the link waits. */
async function tellAll(linked: Linked): Promise<string[]> {
  while (await delivery.store.outbox.hasAny(toLinkTarget(linked.linkId)))
    await delivery.run(activities, [linked]);
  return delivery.told(linked.contactId);
}

const textsOf = (talk: readonly { text: string }[]) => talk.map(({ text }) => text);

test('the past of three chats is read once, and a second reading adds nothing', async () => {
  const phones = ['+491701000001', '+491701000002', '+491701000003'];
  for (const phone of phones) addTalk(source, talkOf(phone, 200, noon));
  const first = await begin();
  expect(await work(first._id)).toBe('ended');
  const second = await begin();
  expect(await work(second._id)).toBe('ended');
  for (const phone of phones) expect(await storedOf({ phone })).toEqual(textsOf(talkOf(phone, 200, noon)));
  const { imports, importChats } = delivery.store;
  const counts = { state: 'done', done: 3, total: 3, failed: 0, messagesRead: 600 };
  expect(await imports.load(first._id)).toMatchObject({ ...counts, messagesFound: 600 });
  expect(await imports.load(second._id)).toMatchObject({ ...counts, messagesFound: 0 });
  expect(await importChats.model.countDocuments()).toBe(0);
});

test('a long chat is on the page in its order, though rounds go on while it is read and stored', async () => {
  const { store } = delivery;
  const linked = await delivery.link();
  const talk = talkOf(linked.phone, 700, noon);
  addTalk(source, talk);
  const rounds = delivery.createProcess();
  const markRouted: typeof store.messages.markRouted = async (versions, at) => {
    await store.messages.markRouted(versions, at);
    await delivery.run(rounds, [linked]);
  };
  const watched = { ...store, messages: { ...store.messages, markRouted } };
  activities = delivery.createProcess({ store: watched, historyOf: () => source });
  const { _id } = await begin();
  expect(await work(_id)).toBe('ended');
  expect(await tellAll(linked)).toEqual(textsOf(talk));
  const entries = await delivery.entries(linked);
  expect(new Set(entries.map(({ lane }) => lane))).toEqual(new Set(['history']));
});

test('what was said within one second stands in the order in which the source has it', async () => {
  const linked = await delivery.link();
  const talk = talkOf(linked.phone, 12, noon).map((said) => ({ ...said, at: noon }));
  addTalk(source, talk);
  const { _id } = await begin();
  expect(await work(_id)).toBe('ended');
  expect(await tellAll(linked)).toEqual(textsOf(talk));
});

test('what a person said under a phone and a LID is one chat, in one order', async () => {
  const linked = await delivery.link();
  const { store, portalId } = delivery;
  const lid = { kind: 'lid', key: 'lid:4639135154355' } as const;
  const both = { aliases: [toPhoneAlias(linked.phone), lid], name: null };
  await resolvePerson(store, portalId, both, 'test');
  const talk = talkOf(linked.phone, 20, noon);
  addTalk(
    source,
    talk.filter((_, index) => index % 2 === 0),
  );
  addTalk(
    source,
    talk.filter((_, index) => index % 2 === 1),
    '4639135154355@lid',
  );
  const { _id } = await begin();
  expect(await work(_id)).toBe('ended');
  expect(await tellAll(linked)).toEqual(textsOf(talk));
  expect(await store.imports.load(_id)).toMatchObject({ total: 1, done: 1 });
});

test('a message that is known keeps its time and is not doubled', async () => {
  const linked = await delivery.link();
  const [said] = talkOf(linked.phone, 1, noon);
  await delivery.say(linked, 'live');
  const moved = { ...said, id: 'id-live', text: 'live', peer: linked.phone, at: before(3_600) };
  addTalk(source, [moved]);
  await work((await begin())._id);
  expect(await tellAll(linked)).toEqual(['live']);
  expect(await storedOf(linked)).toEqual(['live']);
  const [entry] = await delivery.entries(linked);
  expect(entry?.lane).toBe('live');
});

test('a source that goes away in the middle is waited for, and nothing is read twice that was stored', async () => {
  const phones = ['+491701000001', '+491701000002'];
  for (const phone of phones) addTalk(source, talkOf(phone, 30, noon));
  let isAway = false;
  source.onAsked = ({ jid }) => {
    if (jid?.endsWith('2@c.us') && isAway) throw new SourceAwayError('WAHA does not answer.');
  };
  isAway = true;
  const { _id } = await begin();
  expect(await work(_id)).toBe('source');
  expect(await delivery.store.imports.load(_id)).toMatchObject({
    ...{ state: 'running', waitsFor: 'source', reason: 'WAHA does not answer.', done: 1, total: 2 },
    messagesFound: 30,
  });
  isAway = false;
  expect(await work(_id)).toBe('ended');
  expect(await delivery.store.imports.load(_id)).toMatchObject({
    state: 'done',
    reason: null,
    messagesRead: 60,
  });
  for (const phone of phones) expect(await storedOf({ phone })).toHaveLength(30);
});

test('an import that is cancelled stops within its chat, and goes on there when it is resumed', async () => {
  const phone = '+491701000001';
  addTalk(source, talkOf(phone, 1_500, noon));
  const { imports } = delivery.store;
  const { _id } = await begin();
  let stored = 0;
  source.onAsked = async () => {
    stored = (await storedOf({ phone })).length;
    if (stored > 0) await imports.cancel(_id);
  };
  expect(await work(_id)).toBe('ended');
  expect((await imports.load(_id))?.state).toBe('cancelled');
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThan(1_500);
  source.onAsked = () => undefined;
  expect(await step(_id)).toMatchObject({ next: 'ended', state: 'cancelled' });
  expect(await imports.resume(_id)).toBe(true);
  expect(await work(_id)).toBe('ended');
  expect(await imports.load(_id)).toMatchObject({ state: 'done', messagesRead: 1_500 });
  expect(await storedOf({ phone })).toEqual(textsOf(talkOf(phone, 1_500, noon)));
});

test('a chat that cannot be read is set aside, then left out, and stops no other', async () => {
  const [bad, good] = ['+491701000001', '+491701000002'];
  for (const phone of [bad, good]) addTalk(source, talkOf(phone, 5, noon));
  let isBroken = true;
  source.onAsked = ({ jid }) => {
    if (jid === '491701000001@c.us' && isBroken) throw new Error('a page of a form that nobody knows');
  };
  const { imports, importChats } = delivery.store;
  const { _id } = await begin();
  for (let tries = 1; tries <= 5; tries += 1) {
    expect(await work(_id)).toBe(tries < 5 ? 'chats' : 'ended');
    await importChats.model.updateMany({}, { $set: { nextAt: null } });
  }
  expect(await storedOf({ phone: good })).toHaveLength(5);
  expect(await imports.load(_id)).toMatchObject({ state: 'failed', done: 1, failed: 1 });
  isBroken = false;
  await importChats.retryFailed(_id);
  expect(await imports.resume(_id)).toBe(true);
  expect(await work(_id)).toBe('ended');
  expect(await storedOf({ phone: bad })).toHaveLength(5);
  expect(await imports.load(_id)).toMatchObject({ state: 'done', failed: 0 });
});

test('a message that cannot be stored is kept beside, and the others are stored', async () => {
  const phone = '+491701000001';
  const { store } = delivery;
  const saveMany: typeof store.messages.saveMany = (fresh, grown) =>
    fresh.some(({ versions }) => versions[0]?.text === 'h3')
      ? Promise.reject(new Error('poison'))
      : store.messages.saveMany(fresh, grown);
  const poisoned = { ...store, messages: { ...store.messages, saveMany } };
  activities = delivery.createProcess({ store: poisoned, historyOf: () => source });
  addTalk(source, talkOf(phone, 6, noon));
  const { _id } = await begin();
  expect(await work(_id)).toBe('ended');
  expect(await storedOf({ phone })).toEqual(['h0', 'h1', 'h2', 'h4', 'h5']);
  expect(await store.unreadable.model.find().lean()).toMatchObject([{ code: 'not_stored', accountId }]);
});

test('imports of one account take turns, and what may have been missed goes first', async () => {
  addTalk(source, talkOf('+491701000001', 5, noon));
  const history = await begin();
  const gap = await begin({ kind: 'gap', from: before(7_200) });
  expect(await work(history._id)).toBe('turn');
  expect(await delivery.store.imports.load(history._id)).toMatchObject({
    state: 'running',
    waitsFor: 'turn',
  });
  expect(await work(gap._id)).toBe('ended');
  expect(await work(history._id)).toBe('ended');
});

test('chats and messages older than what was asked for are not read', async () => {
  const [recent, old] = ['+491701000001', '+491701000002'];
  addTalk(source, talkOf(recent, 10, noon));
  addTalk(source, talkOf(old, 10, before(86_400)));
  const { _id } = await begin({ from: before(5) });
  expect(await work(_id)).toBe('ended');
  expect(await storedOf({ phone: recent })).toEqual(['h4', 'h5', 'h6', 'h7', 'h8', 'h9']);
  expect(await storedOf({ phone: old })).toEqual([]);
});

test('a chat that moves to the front while the list is read is read, too', async () => {
  for (let index = 0; index < 150; index += 1)
    addTalk(source, talkOf(`+4917010001${String(index).padStart(2, '0')}`, 1, noon));
  const late = '+491709999999';
  source.onAsked = ({ jid, offset }) => {
    if (jid !== null || offset !== 200 || source.chats.has(`${late.slice(1)}@c.us`)) return;
    const others = [...source.chats];
    source.chats.clear();
    addTalk(source, talkOf(late, 1, noon));
    for (const [key, said] of others) source.chats.set(key, said);
  };
  const { _id } = await begin();
  expect(await work(_id)).toBe('ended');
  expect(await storedOf({ phone: late })).toEqual(['h0']);
  expect(await delivery.store.imports.load(_id)).toMatchObject({ state: 'done', total: 151 });
});
