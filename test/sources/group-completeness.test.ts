import { startApi, type ApiServer } from '../scenes/api';
import { useDelivery, type Linked } from '../scenes/delivery';
import { groupChat } from '../scenes/group';
import { groupTalk } from '../scenes/group-talk';

const delivery = useDelivery();
let api: ApiServer;

beforeEach(async () => {
  api = await startApi({ store: delivery.store });
});
afterEach(() => api.stop());

const { at, leave, line, say } = groupTalk(delivery, '+491701239999');

/** Of the group: what is held of the time the link's person was in it, on the page, waiting, and neither. */
async function shareOf({ linkId }: Linked) {
  const { body } = await api.get(`/api/v1/links/${linkId}/completeness`);
  const [group] = body.chats;
  return group && [group.held.versions, group.onPage, group.waiting, group.elsewhere, group.isComplete];
}

const setRhythm = ({ linkId }: Linked, to: 'paused' | 'rounds', from: 'paused' | 'rounds') =>
  delivery.store.links.setRhythm(linkId, to, [from]);

test('of a group counts for a member who left what was said until then, and for one who is there all of it', async () => {
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await leave(klaus, 3);
  await say(line('c', 4), line('d', 5));
  expect([await shareOf(klaus), await shareOf(ben)]).toEqual([
    [3, 0, 3, 0, false],
    [5, 0, 5, 0, false],
  ]);
  await delivery.run(delivery.createProcess(), [ben]);
  expect([await shareOf(klaus), await shareOf(ben)]).toEqual([
    [3, 3, 0, 0, true],
    [5, 5, 0, 0, true],
  ]);
  await say(line('e', 6));
  expect([await shareOf(klaus), await shareOf(ben)]).toEqual([
    [3, 3, 0, 0, true],
    [6, 5, 1, 0, false],
  ]);
});

test('what a group’s comment could not show on a paused page waits for it, and is on nobody else’s account', async () => {
  const process = delivery.createProcess();
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await setRhythm(ben, 'paused', 'rounds');
  await delivery.run(process, [klaus]);
  expect([await shareOf(klaus), await shareOf(ben)]).toEqual([
    [2, 2, 0, 0, true],
    [2, 0, 2, 0, false],
  ]);
  await setRhythm(ben, 'rounds', 'paused');
  await delivery.run(process, [ben]);
  expect(await shareOf(ben)).toEqual([2, 2, 0, 0, true]);
});

test('a refused comment of a group is refused on the pages that show it; what an unlinked page lost waits for nobody', async () => {
  const { store } = delivery;
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone), line('b', 2, ben.phone));
  await delivery.run(delivery.createProcess(), [klaus]);
  await store.links.model.updateOne({ _id: ben.linkId }, { $set: { state: 'unlinked' } });
  await store.entries.model.updateMany(
    {},
    { $set: { 'bindings.$[one].state': 'removed' } },
    { arrayFilters: [{ 'one.linkId': ben.linkId }] },
  );
  await say(line('c', 3));
  expect([await shareOf(klaus), await shareOf(ben)]).toEqual([
    [3, 2, 1, 0, false],
    [3, 0, 0, 3, false],
  ]);
  await store.entries.model.updateMany({}, { $set: { placeholder: true } });
  expect(await shareOf(klaus)).toEqual([3, 0, 1, 0, false]);
});

test('a group that somebody was only named for is none of their chats', async () => {
  const { store, portalId } = delivery;
  const [klaus, ben] = [await delivery.link(), await delivery.link()];
  await say(line('a', 1, klaus.phone));
  const chat = await groupChat(store, portalId);
  const personId = (await store.links.load(ben.linkId))?.personId ?? '';
  await store.members.watch([{ portalId, chatId: chat._id, personId }], at(0));
  expect(await shareOf(ben)).toBeUndefined();
  const named = { mode: 'one' as const, crmContactId: ben.contactId };
  await store.chats.model.updateOne({ _id: chat._id }, { $set: { policy: named } });
  expect([await shareOf(klaus), await shareOf(ben)]).toEqual([
    [1, 0, 0, 1, false],
    [1, 0, 1, 0, false],
  ]);
});
