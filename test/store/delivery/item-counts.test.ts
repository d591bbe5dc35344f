import { toItemId, toLinkTarget, type ItemId, type Target } from '../../../domain/ids';
import type { Lane } from '../../../domain/link';
import { newId } from '../../../store/connection';
import type { EntryDoc } from '../../../store/delivery/entries';
import { useStore } from '../../scenes/store';

const store = useStore();
let target: Target;

beforeEach(() => {
  target = toLinkTarget(newId());
});
afterEach(() => jest.restoreAllMocks());

async function plan(
  items: number,
  { lane = 'live', epoch = 1 }: { lane?: Lane; epoch?: number } = {},
): Promise<EntryDoc> {
  const entry = await store.entries.plan({
    ...{ portalId: 'portal', target, chatId: 'chat', lane, epoch, crmContactId: 7 },
    items: Array.from({ length: items }, (): ItemId => toItemId(newId(), 0, 1)),
    ...{ marker: `contact-link#${newId()}`, text: 'text', newestAt: new Date() },
  });
  if (!entry) throw new Error('another planner was first');
  return entry;
}

async function deliver(entry: EntryDoc): Promise<EntryDoc> {
  await store.entries.beginSending(entry, new Date());
  const sending = await store.entries.load(entry._id);
  if (sending) await store.entries.markDelivered(sending, 100, new Date());
  return (await store.entries.load(entry._id)) ?? entry;
}

const count = () => store.entries.countDeliveredItems(target);

test('a count reads no history, however long it is', async () => {
  for (let one = 0; one < 20; one += 1) await deliver(await plan(3));
  await deliver(await plan(5, { lane: 'history' }));
  await plan(7);
  const aggregate = jest.spyOn(store.entries.model, 'aggregate');
  const find = jest.spyOn(store.entries.model, 'find');
  expect(await count()).toBe(65);
  expect(aggregate).not.toHaveBeenCalled();
  expect(find).not.toHaveBeenCalled();
});

test('an entry that is delivered just now counts its own lane', async () => {
  await deliver(await plan(3));
  await deliver(await plan(5, { lane: 'history' }));
  const newest = await deliver(await plan(2));
  const findOne = jest.spyOn(store.entries.model, 'findOne');
  expect(await store.entries.countDeliveredItems(target, newest)).toBe(10);
  expect(findOne).toHaveBeenCalledTimes(1);
});

test('what a planner cancelled or a person removed is not counted on', async () => {
  const first = await deliver(await plan(4));
  const cancelled = await plan(9);
  expect(await store.entries.cancel(cancelled)).toBe(true);
  await deliver(await plan(2, { epoch: 2 }));
  expect(await count()).toBe(6);
  await store.entries.markRemoved(first);
  await deliver(await plan(1, { epoch: 3 }));
  expect(await count()).toBe(3);
});

test('entries written before there was a running count are counted once', async () => {
  await deliver(await plan(4));
  const second = await deliver(await plan(2));
  await store.entries.model.updateMany({ target }, { $unset: { itemsThrough: '' } });
  expect(await count()).toBe(6);
  const third = await plan(1);
  await store.entries.cancel(third);
  await deliver(await plan(1, { epoch: second.epoch }));
  const aggregate = jest.spyOn(store.entries.model, 'aggregate');
  expect(await count()).toBe(7);
  expect(aggregate).not.toHaveBeenCalled();
});
