import { isOwn } from '../../../intake/hearsay/acquaintance';
import { advanceHearsay } from '../../../intake/hearsay/reviews';
import { textMessage, useApi, type Reply } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();
let numbers = 0;
let ids = 0;

interface Account {
  id: string;
  token: string;
}
/** One account that talks to Klaus, and another one that never did. */
let friend: Account;
let stranger: Account;
let klaus: { phone: string; chatId: string; lid: string; personId: string };

const fresh = (start: number) => String((numbers += 1) + start);
const message = (change: Record<string, unknown>) =>
  textMessage(`3EB0BEEF${String((ids += 1)).padStart(8, '0')}`, {
    sender: null,
    timestamp: now(),
    ...change,
  });
const now = () => Math.floor(Date.now() / 1_000);
const send = (account: Account, body: object): Promise<Reply> =>
  api.post('/api/v1/ingest/messages', { messages: [], ...body }, { token: account.token });
const find = (key: string) => api.store.people.findByAlias(api.portalId, key);
const klausNow = () => find(`phone:${klaus.phone}`);
const reviewOf = async (personId: string) =>
  (await api.get('/api/v1/reviews')).body.items.find(
    (review: { personId: string; subject: string }) =>
      review.personId === personId && review.subject === 'hearsay',
  );
const answer = (reviewId: string, body: object) => api.post(`/api/v1/reviews/${reviewId}`, body);

beforeEach(async () => {
  const own = () => `+4930${fresh(5_000_000)}`;
  friend = await api.addAccount({ phone: own() });
  stranger = await api.addAccount({ phone: own() });
  const phone = `+49170${fresh(5_000_000)}`;
  const chatId = `${phone.slice(1)}@c.us`;
  await send(friend, { messages: [message({ chatId, sender: { id: chatId, name: 'Klaus' } })] });
  klaus = {
    phone,
    chatId,
    lid: `463913${fresh(500_000_000)}@lid`,
    personId: (await find(`phone:${phone}`))?._id ?? '',
  };
  expect(klaus.personId).not.toBe('');
});

const lidKey = () => `lid:${klaus.lid.replace('@lid', '')}`;
const group = '120363321708924999@g.us';

/** Each way in which a client may say that Klaus has this LID, too. */
const pairs: [string, () => object][] = [
  [
    'the address book',
    () => ({ identities: [{ lid: klaus.lid, phone: klaus.phone, name: 'Mallory', username: 'mallory.x' }] }),
  ],
  [
    'a message in his chat',
    () => ({
      messages: [
        message({ chatId: klaus.chatId, sender: { id: klaus.lid, name: 'Mallory', username: 'mallory.x' } }),
      ],
    }),
  ],
  [
    'a message in a chat of the LID',
    () => ({
      messages: [
        message({
          chatId: klaus.lid,
          sender: { phone: klaus.phone, name: 'Mallory', username: 'mallory.x' },
        }),
      ],
    }),
  ],
  [
    'a speaker of a group',
    () => ({
      messages: [
        message({
          chatId: group,
          sender: { id: klaus.lid, phone: klaus.phone, name: 'Mallory', username: 'mallory.x' },
        }),
      ],
    }),
  ],
  [
    'the participants of a group',
    () => ({
      chats: [
        {
          id: group,
          participants: [{ id: klaus.lid, phone: klaus.phone, name: 'Mallory', username: 'mallory.x' }],
        },
      ],
    }),
  ],
];

test.each(pairs)('%s of a stranger’s account gives nobody a LID or a name: a review asks', async (_, say) => {
  expect((await send(stranger, say())).status).toBe(200);
  expect(await klausNow()).toMatchObject({ _id: klaus.personId, name: 'Klaus', usernames: [] });
  expect((await klausNow())?.names.map(({ name }) => name)).toEqual(['Klaus']);
  expect((await find(lidKey()))?._id).not.toBe(klaus.personId);
  expect(await reviewOf(klaus.personId)).toMatchObject({
    ...{ subject: 'hearsay', state: 'open', person: { name: 'Klaus' } },
    heard: { accountId: stranger.id, what: 'names' },
  });
});

test.each(pairs)('%s of the account that talks to Klaus is believed, and asks nobody', async (_, say) => {
  await send(friend, say());
  expect((await find(lidKey()))?._id).toBe(klaus.personId);
  expect(await reviewOf(klaus.personId)).toBeUndefined();
});

test('somebody who has no chat yet may be named by whoever comes first', async () => {
  const phone = `+49170${fresh(5_000_000)}`;
  const linked = await personWith(api.store, api.portalId, phone);
  await linkOne(api.store, api.portalId, linked, 77);
  await send(stranger, { messages: [message({ chatId: klaus.lid, sender: { phone, name: 'Eva' } })] });
  expect((await find(lidKey()))?._id).toBe(linked);
  expect(await reviewOf(linked)).toBeUndefined();
});

test('two people whom only others talk to are not merged by a stranger’s word', async () => {
  await send(friend, { messages: [message({ chatId: klaus.lid })] });
  const other = await find(lidKey());
  await send(stranger, { identities: [{ lid: klaus.lid, phone: klaus.phone }] });
  expect((await find(lidKey()))?._id).toBe(other?._id);
  expect((await find(lidKey()))?._id).not.toBe(klaus.personId);
  await send(stranger, { messages: [message({ chatId: klaus.lid, sender: { phone: klaus.phone } })] });
  expect((await find(lidKey()))?._id).toBe(other?._id);
});

test('a stranger’s own customer gets nothing of Klaus', async () => {
  const own = `${`49171${fresh(5_000_000)}`}@c.us`;
  await send(stranger, { messages: [message({ chatId: own })] });
  await send(friend, { messages: [message({ chatId: klaus.lid })] });
  const other = await find(lidKey());
  await send(stranger, { messages: [message({ chatId: own, sender: { id: klaus.lid } })] });
  expect((await find(lidKey()))?._id).toBe(other?._id);
  expect((await api.store.people.load(other?._id ?? ''))?._id).toBe(other?._id);
});

test('an invented message of somebody does not let a stranger speak for them', async () => {
  await send(stranger, { messages: [message({ chatId: klaus.chatId })] });
  expect(await api.store.chats.findDirect(stranger.id, klaus.personId)).not.toBeNull();
  await send(stranger, { identities: [{ lid: klaus.lid, phone: klaus.phone, name: 'Mallory' }] });
  await send(stranger, { messages: [message({ chatId: klaus.lid, sender: { phone: klaus.phone } })] });
  const to = `+49172${fresh(5_000_000)}`;
  await send(stranger, { messages: [notice(klaus.phone, to)] });
  expect(await klausNow()).toMatchObject({ _id: klaus.personId, name: 'Klaus' });
  expect((await find(lidKey()))?._id).not.toBe(klaus.personId);
  expect(await find(`phone:${to}`)).toBeNull();
  expect(await reviewOf(klaus.personId)).toMatchObject({ state: 'open', heard: { accountId: stranger.id } });
  await send(friend, { messages: [notice(klaus.phone, to)] });
  expect((await find(`phone:${to}`))?._id).toBe(klaus.personId);
});

test('an account that came second speaks for somebody once it has talked to them for a day', () => {
  const ids = ['64000000', '65000000', '66000000'].map((seconds) => `${seconds}0000000000000000`);
  const [first = '', second = '', later = ''] = ids;
  const accountsOf = new Map([
    [
      'klaus',
      new Map([
        ['friend', first],
        ['stranger', second],
      ]),
    ],
  ]);
  const speaks = (accountId: string, establishedBelow: string) =>
    isOwn({ accountsOf, establishedBelow }, accountId, { _id: 'klaus' });
  expect([speaks('friend', first), speaks('stranger', first)]).toEqual([true, false]);
  expect([speaks('friend', later), speaks('stranger', later)]).toEqual([true, true]);
  expect(speaks('nobody', later)).toBe(false);
});

const notice = (from: string, to: string, chatId = `${from.slice(1)}@c.us`) =>
  message({
    chatId,
    type: 'system',
    text: null,
    system: { kind: 'number_changed', previousPhone: from, phone: to },
  });

test('a stranger’s notice of a new number moves nobody, however often it comes', async () => {
  const to = `+49172${fresh(5_000_000)}`;
  const said = notice(klaus.phone, to);
  for (let times = 0; times < 2; times += 1) {
    const { body } = await send(stranger, { messages: [said] });
    expect(body).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: 'excluded_hearsay' }] });
    expect((await klausNow())?._id).toBe(klaus.personId);
    expect(await find(`phone:${to}`)).toBeNull();
  }
  expect(await reviewOf(klaus.personId)).toMatchObject({ heard: { what: 'number' } });
  expect(await api.store.chats.findDirect(stranger.id, klaus.personId)).toBeNull();
});

test('nor does a notice in a chat of the stranger’s own', async () => {
  const own = `+49171${fresh(5_000_000)}`;
  const chatId = `${own.slice(1)}@c.us`;
  await send(stranger, { messages: [message({ chatId })] });
  const mine = await find(`phone:${own}`);
  await send(stranger, { messages: [notice(klaus.phone, `+49172${fresh(5_000_000)}`, chatId)] });
  const long = { ...notice(own, klaus.phone), timestamp: now() - 400 * 86_400 };
  const taken = await send(stranger, { messages: [long] });
  expect(taken.body).toMatchObject({ accepted: 1, rejected: [] });
  expect((await klausNow())?._id).toBe(klaus.personId);
  expect((await find(`phone:${own}`))?._id).toBe(mine?._id);
  expect((await api.store.people.load(mine?._id ?? ''))?._id).toBe(mine?._id);
});

test('the notice of the account that talks to Klaus is carried out', async () => {
  const to = `+49172${fresh(5_000_000)}`;
  await send(friend, { messages: [notice(klaus.phone, to)] });
  expect((await find(`phone:${to}`))?._id).toBe(klaus.personId);
  expect(await reviewOf(klaus.personId)).toBeUndefined();
});

test('a LID of somebody whom others talk to is not the stranger’s own', async () => {
  await send(friend, { messages: [message({ chatId: klaus.lid })] });
  const [own] = [`46391${fresh(500_000_000)}`];
  await send(stranger, { account: { lid: klaus.lid } });
  await send(stranger, { account: { lid: `${own}@lid` } });
  expect((await api.store.accounts.load(stranger.id))?.ownLids).toEqual([`lid:${own}`]);
});

test('what a person confirms is carried out; what is known by now is no question any more', async () => {
  const say = { identities: [{ lid: klaus.lid, phone: klaus.phone }] };
  await send(stranger, say);
  const review = await reviewOf(klaus.personId);
  expect((await answer(review.id, { crmContactId: 1 })).body.code).toBe('review_of_hearsay');
  expect((await answer(review.id, { confirm: true })).body).toMatchObject({
    ...{ outcome: 'confirmed', review: { state: 'answered', answeredBy: expect.anything() } },
  });
  expect((await find(lidKey()))?._id).toBe(klaus.personId);
  expect((await answer(review.id, { confirm: true })).status).toBe(409);

  const to = `+49172${fresh(5_000_000)}`;
  await send(stranger, { messages: [notice(klaus.phone, to)] });
  const second = await api.store.reviews.load(review.id);
  expect(second).toMatchObject({ state: 'open', heard: { what: 'number' } });
  if (second) await advanceHearsay(api.store, second);
  expect((await api.store.reviews.load(review.id))?.state).toBe('open');
  await send(friend, { messages: [notice(klaus.phone, to)] });
  if (second) await advanceHearsay(api.store, second);
  expect((await api.store.reviews.load(review.id))?.state).toBe('answered');
});

test('an ignored question stays ignored, and a later claim hides no open one', async () => {
  await send(stranger, { identities: [{ lid: klaus.lid, phone: klaus.phone }] });
  const first = await reviewOf(klaus.personId);
  await send(stranger, { messages: [notice(klaus.phone, `+49172${fresh(5_000_000)}`)] });
  expect((await reviewOf(klaus.personId)).heard).toEqual(first.heard);
  expect((await answer(first.id, { ignore: true })).status).toBe(200);
  await send(stranger, { identities: [{ lid: klaus.lid, phone: klaus.phone }] });
  expect((await reviewOf(klaus.personId)).state).toBe('ignored');
});
