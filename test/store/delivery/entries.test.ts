import { toItemId, toLinkTarget, type ItemId, type Target } from '../../../domain/ids';
import { newId } from '../../../store/connection';
import type { EntryDoc, NewEntry } from '../../../store/delivery/entry-schema';
import { atOnce, useStore } from '../../scenes/store';

const store = useStore();
let target: Target;

beforeEach(() => {
  target = toLinkTarget(newId());
});

const newItem = (): ItemId => toItemId(newId(), 0, 1);

const toEntry = (items: ItemId[], change: Partial<NewEntry> = {}): NewEntry => ({
  portalId: 'portal',
  target,
  chatId: 'chat',
  lane: 'live',
  items,
  crmContactId: 7,
  epoch: 1,
  marker: `contact-link#${newId()}`,
  text: 'text',
  newestAt: new Date(),
  ...change,
});

async function plan(items = [newItem()], change: Partial<NewEntry> = {}): Promise<EntryDoc> {
  const entry = await store.entries.plan(toEntry(items, change));
  if (!entry) throw new Error('another planner was first');
  return entry;
}

async function load({ _id }: EntryDoc): Promise<EntryDoc> {
  const entry = await store.entries.load(_id);
  if (!entry) throw new Error('the entry is gone');
  return entry;
}

async function sent(items?: ItemId[]): Promise<EntryDoc> {
  const planned = await plan(items);
  await store.entries.beginSending(planned, new Date());
  return load(planned);
}

async function delivered(items?: ItemId[], commentId = 100): Promise<EntryDoc> {
  const entry = await sent(items);
  await store.entries.markDelivered(entry, commentId, new Date());
  return load(entry);
}

test('an item is planned once, whatever else the second entry holds', async () => {
  const [a, b, c] = [newItem(), newItem(), newItem()];
  expect(await store.entries.plan(toEntry([a, b]))).toMatchObject({ seq: 1, state: 'planned', attempt: 0 });
  expect(await store.entries.plan(toEntry([a, b]))).toBeNull();
  expect(await store.entries.plan(toEntry([b, c]))).toBeNull();
  expect(await store.entries.plan(toEntry([a], { target: toLinkTarget(newId()) }))).toBeNull();
  expect(await store.entries.plan(toEntry([c]))).toMatchObject({ seq: 2 });
});

test('of twenty planners of one item one wins', async () => {
  const items = [newItem(), newItem()];
  const planned = await atOnce(20, () => store.entries.plan(toEntry(items)));
  expect(planned.filter((entry) => entry !== null)).toHaveLength(1);
  const found = await store.entries.listByItems(items);
  expect(new Set(found.map(({ _id }) => _id)).size).toBe(1);
});

test('planners at once never give one number twice, and lanes count for themselves', async () => {
  const planned = await atOnce(12, () => store.entries.plan(toEntry([newItem()])));
  const seqs = planned.flatMap((entry) => entry?.seq ?? []);
  expect(seqs.length).toBeGreaterThan(0);
  expect(new Set(seqs).size).toBe(seqs.length);
  expect((await plan([newItem()], { lane: 'history' })).seq).toBe(1);
});

test('of ten workers one begins to send', async () => {
  const entry = await plan();
  const won = await atOnce(10, () => store.entries.beginSending(entry, new Date()));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await load(entry)).toMatchObject({ state: 'sending', attempt: 1 });
});

test('an answer to an earlier attempt moves nothing', async () => {
  const first = await sent();
  expect(await store.entries.putBack(first, {})).toBe(true);
  const planned = await load(first);
  expect(await store.entries.beginSending(planned, new Date())).toBe(true);
  expect(await store.entries.markDelivered(first, 1, new Date())).toBe(false);
  expect(await store.entries.putBack(first, {})).toBe(false);
  const second = await load(first);
  expect(second).toMatchObject({ state: 'sending', attempt: 2, firstSentAt: first.firstSentAt });
  expect(await store.entries.markDelivered(second, 2, new Date())).toBe(true);
  expect(await store.entries.markDelivered(second, 3, new Date())).toBe(false);
  expect(await load(first)).toMatchObject({ state: 'delivered', commentId: 2 });
});

test('an entry that was given another epoch is not moved by who read the earlier one', async () => {
  const read = await plan();
  expect(await store.entries.repin(read, { crmContactId: 8, epoch: 2 })).toBe(true);
  expect(await store.entries.beginSending(read, new Date())).toBe(false);
  expect(await store.entries.cancel(read)).toBe(false);
  expect(await store.entries.repin(read, { crmContactId: 9, epoch: 3 })).toBe(false);
  const current = await load(read);
  expect(current).toMatchObject({ crmContactId: 8, epoch: 2, state: 'planned' });
  expect(await store.entries.beginSending(current, new Date())).toBe(true);
});

test('an entry that another carrier took over within one epoch is not sent by the first one', async () => {
  const read = await plan();
  const { crmContactId, epoch } = read;
  expect(await store.entries.repin(read, { crmContactId: crmContactId + 1, epoch, carrierId: 'other' })).toBe(
    true,
  );
  expect(await store.entries.beginSending(read, new Date())).toBe(false);
  expect(await store.entries.cancel(read)).toBe(false);
});

test('a cancelled entry frees its items', async () => {
  const items = [newItem()];
  const entry = await plan(items);
  expect(await store.entries.cancel(entry)).toBe(true);
  expect(await store.entries.cancel(entry)).toBe(false);
  expect(await store.entries.plan(toEntry(items))).not.toBeNull();
});

test('what may be on the page is not cancelled', async () => {
  const entry = await sent();
  expect(await store.entries.cancel(entry)).toBe(false);
  expect(await store.entries.cancel(await delivered())).toBe(false);
  expect(await load(entry)).toMatchObject({ state: 'sending' });
});

test('a removed entry keeps its items, so nothing is posted again', async () => {
  const items = [newItem()];
  const entry = await delivered(items);
  expect(await store.entries.markRemoved(entry)).toBe(true);
  expect(await store.entries.plan(toEntry(items))).toBeNull();
  expect(await load(entry)).toMatchObject({ state: 'removed', items });
});

test('a refusal replaces the text of the entry it was about', async () => {
  const entry = await sent();
  expect(await store.entries.putBack(entry, { text: 'placeholder', placeholder: true })).toBe(true);
  expect(await load(entry)).toMatchObject({
    state: 'planned',
    text: 'placeholder',
    placeholder: true,
    marker: entry.marker,
  });
});

test('unsettled entries come in their order, and only they', async () => {
  await delivered();
  const second = await sent();
  const third = await plan();
  expect((await store.entries.listUnsettled(target, 'live')).map(({ _id }) => _id)).toEqual([
    second._id,
    third._id,
  ]);
  expect(await store.entries.listUnsettled(target, 'history')).toEqual([]);
  expect(await store.entries.hasUnsettled(target)).toBe(true);
  expect(await store.entries.hasUnsettled(toLinkTarget(newId()))).toBe(false);
});

test('the count of what is on the page is of delivered items only', async () => {
  expect(await store.entries.countDeliveredItems(target)).toBe(0);
  await delivered([newItem(), newItem()]);
  await delivered([newItem()], 101);
  await sent();
  await plan();
  await store.entries.markRemoved(await delivered([newItem()], 102));
  expect(await store.entries.countDeliveredItems(target)).toBe(3);
});

test('a posted entry is moved to another contact', async () => {
  const entry = await delivered();
  expect(await store.entries.moveTo(entry, 9)).toBe(true);
  expect(await load(entry)).toMatchObject({ crmContactId: 9, state: 'delivered', commentId: 100 });
});
