import { loadLinkCard } from '../../../api/cards/link-card';
import { useDelivery, type Linked } from '../../scenes/delivery';
import { groupChat } from '../../scenes/group';
import { groupTalk } from '../../scenes/group-talk';
import { changeLink } from './change-link';

const delivery = useDelivery();
const other = '+491701239999';
const { at, leave, line, say } = groupTalk(delivery, other);

async function countsOf({ linkId }: Linked) {
  const link = await delivery.store.links.load(linkId);
  if (!link) throw new Error('no link');
  const { counts } = await loadLinkCard(delivery.store, link);
  return [counts.pendingMessages + counts.pendingHistory, counts.messagesBackedUp];
}

const pause = async ({ linkId }: Linked) => delivery.store.links.setRhythm(linkId, 'paused', ['rounds']);
const resume = async ({ linkId }: Linked) => delivery.store.links.setRhythm(linkId, 'rounds', ['paused']);

test('of a group waits for a member who left what was said until then, and for one who is there all of it', async () => {
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await leave(klaus, 3);
  await say(line('c', 4), line('d', 5));
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [3, 0],
    [5, 0],
  ]);
  const [round] = await delivery.run(delivery.createProcess(), [ben]);
  expect(round).toMatchObject({ pendingMessages: 0, messagesBackedUp: 5 });
  const late = line('late', 2);
  await say(late, line('e', 6));
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [1, 3],
    [2, 5],
  ]);
});

test('of a group that is switched off nothing waits, and of one of speakers for those who spoke', async () => {
  const { store, portalId } = delivery;
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone));
  const chat = await groupChat(store, portalId);
  const personId = (await store.links.load(ben.linkId))?.personId ?? '';
  await store.members.enter([{ portalId, chatId: chat._id, personId, at: at(0) }]);
  const countsWith = async (mode: 'off' | 'speakers' | 'one' | 'linked-members') => {
    const policy = { mode, crmContactId: mode === 'one' ? ben.contactId : null };
    await store.chats.model.updateOne({ _id: chat._id }, { $set: { policy } });
    return [(await countsOf(klaus))[0], (await countsOf(ben))[0]];
  };
  expect(await countsWith('linked-members')).toEqual([1, 1]);
  expect(await countsWith('off')).toEqual([0, 0]);
  expect(await countsWith('speakers')).toEqual([1, 0]);
  expect(await countsWith('one')).toEqual([0, 1]);
});

test('the messages of a group count on each page that shows them, with its own chats', async () => {
  const process = delivery.createProcess();
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await delivery.say(klaus, 'between us');
  await pause(ben);
  await delivery.run(process, [klaus]);
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [0, 3],
    [2, 0],
  ]);
  await resume(ben);
  const [round] = await delivery.run(process, [ben]);
  expect(round).toMatchObject({ pendingMessages: 0, messagesBackedUp: 2 });
  expect(await countsOf(ben)).toEqual([0, 2]);
  const to = delivery.portal.addContact({ name: 'New', phones: [] });
  await changeLink(delivery, ben, { kind: 'changeContact', entries: 'move', crmContactId: to });
  await say(line('c', 3));
  await delivery.run(process, [ben, klaus]);
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [0, 4],
    [0, 3],
  ]);
  await changeLink(delivery, klaus, { kind: 'unlink', entries: 'remove', crmContactId: null });
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [0, 0],
    [0, 3],
  ]);
});

test('what was missed long ago is counted when it comes, though later messages were counted before', async () => {
  const { store, portalId } = delivery;
  const process = delivery.createProcess();
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('hello', 1, klaus.phone), line('hi', 1, ben.phone));
  await pause(ben);
  await delivery.run(process, [klaus]);
  for (let index = 0; index < 51; index += 1) {
    await say({ text: `t${index}`, by: other });
    await delivery.run(process, [klaus]);
  }
  const chat = await groupChat(store, portalId);
  const memberOf = async ({ linkId }: Linked) =>
    store.members.find(chat._id, (await store.links.load(linkId))?.personId ?? '');
  // Counted once and left alone from then on, where nothing can change any more.
  expect((await memberOf(klaus))?.onPage?.live).toMatchObject({ before: 50 });
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [0, 53],
    [53, 0],
  ]);
  await resume(ben);
  await delivery.run(process, [ben]);
  expect(await countsOf(ben)).toEqual([0, 53]);
  await say({ text: 'last', by: other });
  await delivery.run(process, [klaus, ben]);
  expect([await countsOf(klaus), await countsOf(ben)]).toEqual([
    [0, 54],
    [0, 54],
  ]);
});
