import { toPhoneAlias } from '../../domain/identity';
import { toLinkTarget } from '../../domain/ids';
import type { IncomingMessage, MessageEvent } from '../../domain/message';
import type { AccountDoc } from '../../store/accounts';
import { ingestMessage } from '../../intake/ingest-message';
import { addHeldMessages } from '../../intake/held-messages';
import { routeForgotten } from '../helpers/route-forgotten';
import type { LinkDoc } from '../../store/links/link-schema';
import type { MessageDoc } from '../../store/chats/messages';
import type { Store } from '../../store/store';
import { toIncoming, type Said } from '../helpers/incoming';
import { linkOne, personWith } from '../scenes/link-one';
import { addAccount, addPortal, atOnce, useStore } from '../scenes/store';

const store = useStore();
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const peer = '+491701234567';
const take = (message: IncomingMessage, by = account) => ingestMessage(store, by, message, 'test');
const say = (said: Said) => take(toIncoming(said));

/** A change of the message `id`: an edit, a revoke or a reaction. */
const change = (event: MessageEvent, id: string, text: string | null, rest: Partial<IncomingMessage> = {}) =>
  take({ ...toIncoming({ id, text: '' }), event, changeId: `${event}-of-${id}`, text, ...rest });

const inGroup = (id: string, text: string, sender: string | null): IncomingMessage => ({
  ...toIncoming({ id, text }),
  chat: { kind: 'group', groupJid: '120363000000000001@g.us', title: 'Site office' },
  fromMe: sender === null,
  sender: sender === null ? null : { aliases: [toPhoneAlias(sender)], name: null },
});

const allMessages = (): Promise<MessageDoc[]> =>
  store.messages.model.find({ portalId }).sort({ _id: 1 }).lean<MessageDoc[]>().exec();
const allRows = () => store.outbox.model.find({ portalId }).sort({ _id: 1 }).lean().exec();
const eventsOf = (message: MessageDoc | undefined) => message?.versions.map(({ event }) => event);

const link = async (phone = peer): Promise<LinkDoc> =>
  linkOne(store, portalId, await personWith(store, portalId, phone), 7);

test('a redelivered message adds nothing', async () => {
  await link();
  const said = { id: 'A', text: 'hello' };
  expect(await say(said)).toMatchObject({ outcome: 'accepted' });
  expect(await say(said)).toMatchObject({ outcome: 'duplicate' });
  expect(await allMessages()).toHaveLength(1);
  expect(await allRows()).toHaveLength(1);
});

test('the same message twenty times at once is stored once', async () => {
  await link();
  const outcomes = await atOnce(20, () => say({ id: 'A', text: 'hello' }));
  expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  const [message, ...others] = await allMessages();
  expect(others).toEqual([]);
  expect(message?.versions).toHaveLength(1);
  expect(message?.versions[0]?.routedAt).toBeInstanceOf(Date);
  expect(await allRows()).toHaveLength(1);
  expect(await store.chats.model.countDocuments({ portalId })).toBe(1);
  expect(await store.people.model.countDocuments({ portalId })).toBe(1);
});

test('twenty edits at once all become versions, each with its own number', async () => {
  await say({ id: 'A', text: 'hello' });
  await atOnce(20, (index) => change('edit', 'A', `text ${index}`, { changeId: `edit ${index}` }));
  const [message] = await allMessages();
  expect(message?.versions.map(({ v }) => v)).toEqual(Array.from({ length: 21 }, (_, v) => v));
  expect(new Set(message?.versions.map(({ text }) => text)).size).toBe(21);
  expect(message?.versions.every(({ routedAt }) => routedAt !== null)).toBe(true);
});

test('the same id in both directions is two messages', async () => {
  await link();
  await say({ id: 'A', text: 'hello' });
  await say({ id: 'A', text: 'hello to you', fromMe: true });
  expect((await allMessages()).map(({ key, fromMe }) => [key, fromMe])).toEqual([
    ['in/A', false],
    ['out/A', true],
  ]);
  expect(await allRows()).toHaveLength(2);
  expect(await store.chats.model.countDocuments({ portalId })).toBe(1);
});

test('the same id twice in a row, also with another text, is one message', async () => {
  expect(await say({ id: 'A', text: 'hello' })).toMatchObject({ outcome: 'accepted' });
  expect(await say({ id: 'A', text: 'something else' })).toMatchObject({ outcome: 'duplicate' });
  const messages = await allMessages();
  expect(messages.map(({ versions }) => versions.map(({ text }) => text))).toEqual([['hello']]);
});

test.each(['edit', 'revoke', 'reaction'] as const)(
  'a %s after its original is its second version',
  async (event) => {
    await link();
    await say({ id: 'A', text: 'hello' });
    expect(await change(event, 'A', 'x')).toMatchObject({ outcome: 'updated' });
    expect(await change(event, 'A', 'x')).toMatchObject({ outcome: 'duplicate' });
    const [message, ...others] = await allMessages();
    expect(others).toEqual([]);
    expect(eventsOf(message)).toEqual(['create', event]);
    expect((await allRows()).map(({ item }) => item)).toEqual([`${message?._id}/0`, `${message?._id}/1`]);
  },
);

test.each(['edit', 'revoke', 'reaction'] as const)('a %s before its original joins it', async (event) => {
  await link();
  expect(await change(event, 'A', 'x')).toMatchObject({ outcome: 'updated' });
  expect(await say({ id: 'A', text: 'hello' })).toMatchObject({ outcome: 'accepted' });
  expect(await change(event, 'A', 'x')).toMatchObject({ outcome: 'duplicate' });
  const [message, ...others] = await allMessages();
  expect(others).toEqual([]);
  expect(eventsOf(message)).toEqual([event, 'create']);
  expect(await allRows()).toHaveLength(2);
});

test('a reaction to what the other side said belongs to that message', async () => {
  await say({ id: 'A', text: 'hello' });
  await change('reaction', 'A', '👍', { fromMe: true, sender: null });
  await say({ id: 'B', text: 'an offer', fromMe: true });
  await change('reaction', 'B', '👎');
  const messages = await allMessages();
  expect(messages.map((message) => [message.key, eventsOf(message)])).toEqual([
    ['in/A', ['create', 'reaction']],
    ['out/B', ['create', 'reaction']],
  ]);
});

test('a message of a person who is not linked is kept without a row, and a link that begins takes it in', async () => {
  await say({ id: 'A', text: 'before' });
  expect(await allRows()).toEqual([]);
  const made = await link();
  await say({ id: 'B', text: 'after' });
  expect(await addHeldMessages(store, made)).toBe(1);
  expect(await addHeldMessages(store, made)).toBe(0);
  const target = toLinkTarget(made._id);
  const texts = async (lane: 'live' | 'history') => {
    const rows = await store.outbox.listOfLane(target, lane, 10);
    const messages = await store.messages.loadMany(rows.map(({ messageId }) => messageId));
    return messages.map(({ versions }) => versions[0]?.text);
  };
  expect([await texts('history'), await texts('live')]).toEqual([['before'], ['after']]);
});

test('what is older than the beginning of the link is history, the rest is live', async () => {
  const made = await link();
  const startedAt = made.startedAt?.getTime() ?? 0;
  await say({ id: 'A', text: 'older', at: new Date(startedAt - 1) });
  await say({ id: 'B', text: 'at the beginning', at: new Date(startedAt) });
  await say({ id: 'C', text: 'from the future', at: new Date(startedAt + 86_400_000) });
  const rows = await allRows();
  expect(rows.map(({ lane }) => lane)).toEqual(['history', 'live', 'live']);
  expect(rows[2]?.orderAt).toEqual(rows[2]?.arrivedAt);
  expect(rows[0]?.orderAt).toEqual(new Date(startedAt - 1));
});

test('a text too long for one comment has a row a part', async () => {
  await link();
  await say({ id: 'A', text: 'x'.repeat(6_001) });
  expect((await allRows()).map(({ item, part }) => [item.split('/').slice(1), part])).toEqual([
    [['0'], 1],
    [['0', '2'], 2],
    [['0', '3'], 3],
  ]);
});

test('a parked link is named so that it is woken, a paused one is not', async () => {
  const made = await link();
  await store.links.setRhythm(made._id, 'parked', ['rounds']);
  expect(await say({ id: 'A', text: 'hello' })).toEqual({ outcome: 'accepted', parkedLinkId: made._id });
  expect(await say({ id: 'A', text: 'hello' })).toEqual({ outcome: 'duplicate', parkedLinkId: null });
  await store.links.setRhythm(made._id, 'paused', ['parked']);
  expect(await say({ id: 'B', text: 'hello' })).toEqual({ outcome: 'accepted', parkedLinkId: null });
});

test('a group message of people whom nobody has linked is kept without an outbox row, and nobody is looked up', async () => {
  await link();
  expect(await take(inGroup('A', 'hello all', '+491709999999'))).toEqual({
    outcome: 'accepted',
    parkedLinkId: null,
  });
  const [message] = await allMessages();
  expect(await store.chats.load(message?.chatId ?? '')).toMatchObject({
    kind: 'group',
    title: 'Site office',
    personId: null,
  });
  expect(message?.versions[0]?.routedAt).toBeInstanceOf(Date);
  expect(await allRows()).toEqual([]);
  expect(await store.people.listDue(portalId, new Date(), 10)).toEqual([]);
});

test('a group of which a member is linked has its rows once, as a target of its own', async () => {
  const made = await link();
  await store.links.setRhythm(made._id, 'parked', ['rounds']);
  await take(inGroup('A', 'before it is known who is in it', '+491709999999'));
  expect(await take(inGroup('B', 'hello all', peer))).toEqual({
    outcome: 'accepted',
    parkedLinkId: made._id,
  });
  const [message] = await allMessages();
  const target = `group/${message?.chatId}`;
  expect((await allRows()).map((row) => row.target)).toEqual([target, target]);
});

test('a group that two of our numbers see is one chat, and each of its messages one message', async () => {
  const second = await addAccount(store, portalId, '+491700000002');
  await take(inGroup('A', 'hello all', peer));
  expect(await take(inGroup('A', 'hello all', peer), second)).toMatchObject({ outcome: 'duplicate' });
  // Words of one of our numbers are heard by the other as somebody's.
  await take(inGroup('B', 'good morning', null));
  expect(await take(inGroup('B', 'good morning', account.e164), second)).toMatchObject({
    outcome: 'duplicate',
  });
  expect(await allMessages()).toHaveLength(2);
  expect(await store.chats.model.countDocuments({ portalId, kind: 'group' })).toBe(1);
});

test('the same id in a group by another sender with another text is a message of its own', async () => {
  await take(inGroup('A', 'I sign', peer));
  expect(await take(inGroup('A', 'I do not sign', '+491709999999'))).toMatchObject({ outcome: 'accepted' });
  expect(await take(inGroup('A', 'I do not sign', '+491709999999'))).toMatchObject({ outcome: 'duplicate' });
  expect(await take(inGroup('A', 'I sign', peer))).toMatchObject({ outcome: 'duplicate' });
  const messages = await allMessages();
  expect(messages.map(({ versions }) => versions.map(({ text }) => text))).toEqual([
    ['I sign'],
    ['I do not sign'],
  ]);
});

test.each(['addRows', 'whichParked', 'markRouted'])(
  'an ingest that dies before %s is finished by the sweep',
  async (step) => {
    const made = await link();
    await store.links.setRhythm(made._id, 'parked', ['rounds']);
    const dies = () => Promise.reject(new Error('died'));
    const dying: Store = {
      ...store,
      ...(step === 'addRows' && { outbox: { ...store.outbox, add: dies } }),
      ...(step === 'whichParked' && { links: { ...store.links, whichParked: dies } }),
      ...(step === 'markRouted' && { messages: { ...store.messages, markRouted: dies } }),
    };
    await expect(
      ingestMessage(dying, account, toIncoming({ id: 'A', text: 'hello' }), 'test'),
    ).rejects.toThrow('died');
    const soon = new Date(Date.now() + 1_000);
    expect(await routeForgotten(store, portalId, new Date(0))).toEqual({ versions: 0, parkedLinkIds: [] });
    expect(await routeForgotten(store, portalId, soon)).toEqual({ versions: 1, parkedLinkIds: [made._id] });
    expect(await routeForgotten(store, portalId, soon)).toEqual({ versions: 0, parkedLinkIds: [] });
    expect(await allRows()).toHaveLength(1);
    expect(await say({ id: 'A', text: 'hello' })).toMatchObject({ outcome: 'duplicate' });
  },
);

test('a redelivery finishes an ingest that died', async () => {
  await link();
  const markRouted = () => Promise.reject(new Error('died'));
  const dying: Store = { ...store, messages: { ...store.messages, markRouted } };
  await expect(ingestMessage(dying, account, toIncoming({ id: 'A', text: 'hello' }), 'test')).rejects.toThrow(
    'died',
  );
  expect(await say({ id: 'A', text: 'hello' })).toMatchObject({ outcome: 'duplicate' });
  const [message] = await allMessages();
  expect(message?.versions[0]?.routedAt).toBeInstanceOf(Date);
  expect(await allRows()).toHaveLength(1);
});

test('a message and the link of its person at the same time always meet', async () => {
  await atOnce(10, async (index) => {
    const phone = `+4917055500${String(index).padStart(2, '0')}`;
    const linking = async () => {
      const made = await link(phone);
      await addHeldMessages(store, made);
    };
    await Promise.all([say({ id: `R${index}`, text: 'hello', peer: phone }), linking()]);
  });
  expect(await allRows()).toHaveLength(10);
});
