import { toPhoneAlias } from '../../../domain/identity';
import type { GroupChange } from '../../../domain/content/details';
import { ingestMessages } from '../../../intake/ingest-message';
import { useDelivery, type Linked } from '../../scenes/delivery';
import { groupChat, sayInGroup, toGroupMessage, type SaidInGroup } from '../../scenes/group';

const delivery = useDelivery();
const other = '+491701239999';
const begun = Date.now() - 60_000;
/** So many seconds after the scene's beginning. */
const at = (seconds: number) => new Date(begun + seconds * 1000);

async function account() {
  const [first] = await delivery.store.accounts.list();
  if (!first) throw new Error('no account');
  return first;
}
const say = async (...said: SaidInGroup[]) => sayInGroup(delivery.store, await account(), ...said);
const line = (text: string, seconds: number, by = other): SaidInGroup => ({ text, by, at: at(seconds) });

/** A notice about one of the group, without a person who did it. */
async function note(change: GroupChange, { phone }: Linked, seconds: number): Promise<void> {
  const message = {
    ...toGroupMessage({ text: '', by: null, id: `N-${change}-${seconds}`, at: at(seconds) }),
    ...{ fromMe: false, kind: 'system' as const, text: null },
    details: { group: { change, people: [{ key: toPhoneAlias(phone).key }] } },
  };
  await ingestMessages(delivery.store, await account(), [message], 'test');
}

/** What members have on their pages after two rounds each, but for notices. */
async function pagesOf(...members: Linked[]): Promise<string[][]> {
  const process = delivery.createProcess();
  for (const member of [...members, ...members]) await delivery.run(process, [member]);
  return members.map(({ contactId }) => delivery.told(contactId).filter((text) => /^\w\d?$/.test(text)));
}
const isWaiting = async () => (await delivery.store.outbox.countOfPortal(delivery.portalId)) > 0;

test('who leaves a group before the next round has what was said until then, and nothing of later', async () => {
  const klaus = await delivery.link();
  await say(line('a', 1, klaus.phone), line('b', 2), line('c', 3));
  await note('left', klaus, 5);
  await say(line('z', 7));
  expect(await pagesOf(klaus)).toEqual([['a', 'b', 'c']]);
  await say(line('d', 4), line('y', 8));
  expect(await pagesOf(klaus)).toEqual([['a', 'b', 'c', 'd']]);
  expect(await isWaiting()).toBe(false);
});

test('who comes back has what was said from then on, whenever the rounds are', async () => {
  const klaus = await delivery.link();
  const ben = await delivery.link();
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await note('removed', klaus, 3);
  await say(line('c', 4));
  await note('added', klaus, 5);
  await say(line('d', 6));
  expect(await pagesOf(klaus, ben)).toEqual([
    ['a', 'b', 'd'],
    ['a', 'b', 'c', 'd'],
  ]);
  expect(await isWaiting()).toBe(false);
});

test('what only those who left are to have is carried by them, though others who are there have rounds first', async () => {
  const klaus = await delivery.link();
  const ben = await delivery.link();
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await note('left', ben, 3);
  await say(line('c', 4));
  await note('left', klaus, 5);
  await note('joined', ben, 6);
  await say(line('d', 7));
  expect(await pagesOf(ben, klaus)).toEqual([
    ['a', 'b', 'd'],
    ['a', 'b', 'c'],
  ]);
  expect(await isWaiting()).toBe(false);
});

test('a notice of a going that comes after a newer sign of somebody takes nothing from them', async () => {
  const klaus = await delivery.link();
  await say(line('a', 1, klaus.phone));
  await note('added', klaus, 6);
  await note('removed', klaus, 3);
  await say(line('b', 4), line('c', 7));
  expect(await pagesOf(klaus)).toEqual([['a', 'b', 'c']]);
});

test('a group of speakers that is switched off and on again keeps what a leaver is to have', async () => {
  const { chats } = delivery.store;
  const klaus = await delivery.link();
  await say(line('a', 1, klaus.phone), line('b', 2));
  const chat = await groupChat(delivery.store, delivery.portalId);
  await chats.model.updateOne({ _id: chat._id }, { $set: { policy: { mode: 'off', crmContactId: null } } });
  await note('left', klaus, 3);
  expect(await pagesOf(klaus)).toEqual([[]]);
  const policy = { mode: 'speakers', crmContactId: null } as const;
  await chats.model.updateOne({ _id: chat._id }, { $set: { policy } });
  expect(await pagesOf(klaus)).toEqual([['a', 'b']]);
});

test('a notice that nobody is named as the sender of has a line with a name for them', async () => {
  const klaus = await delivery.link();
  await say(line('a', 1, klaus.phone));
  await note('subject', klaus, 2);
  const process = delivery.createProcess();
  await delivery.run(process, [klaus]);
  const texts = delivery.portal.comments(klaus.contactId).map(({ text }) => text);
  expect(texts.join('\n')).toContain('Somebody: changed the name of the group');
});

test('a speaker whom the source gives an empty name is called by what else is known of them', async () => {
  const klaus = await delivery.link();
  await say(line('a', 1, klaus.phone), { ...line('b', 2), name: ' ' });
  await delivery.run(delivery.createProcess(), [klaus]);
  const texts = delivery.portal.comments(klaus.contactId).map(({ text }) => text);
  expect(texts.join('\n')).toMatch(/\] \+?491701239999: b$/m);
});
