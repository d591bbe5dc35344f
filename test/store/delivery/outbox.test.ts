import { toItemId, toLinkTarget, type Target } from '../../../domain/ids';
import { newId } from '../../../store/connection';
import type { OutboxRow } from '../../../store/delivery/outbox';
import { atOnce, useStore } from '../../scenes/store';

const store = useStore();
let target: Target;

beforeEach(() => {
  target = toLinkTarget(newId());
});

function toRow(change: Partial<OutboxRow> = {}): Omit<OutboxRow, '_id'> {
  const messageId = change.messageId ?? newId();
  const { v = 0, part = 1 } = change;
  const orderAt = new Date('2026-11-25T12:00:00Z');
  return {
    item: toItemId(messageId, v, part),
    target,
    portalId: 'portal',
    chatId: 'chat',
    messageId,
    v,
    part,
    lane: 'live',
    orderAt,
    arrivedAt: orderAt,
    ...change,
  };
}

test('an item has one row, also when twenty add it at once', async () => {
  const row = toRow();
  const added = await atOnce(20, () => store.outbox.add([row]));
  expect(added.filter(Boolean)).toHaveLength(1);
  expect(await store.outbox.add([row])).toBe(0);
  expect(await store.outbox.count(target, 'live')).toBe(1);
});

test('rows go by their time, then their arrival, then message, version and part', async () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 12, 0, second));
  const wanted = [
    toRow({ messageId: 'z', orderAt: at(1), arrivedAt: at(9) }),
    toRow({ messageId: 'y', orderAt: at(2), arrivedAt: at(2) }),
    toRow({ messageId: 'a', orderAt: at(2), arrivedAt: at(3) }),
    toRow({ messageId: 'b', orderAt: at(2), arrivedAt: at(3) }),
    toRow({ messageId: 'b', orderAt: at(2), arrivedAt: at(3), part: 2 }),
    toRow({ messageId: 'b', orderAt: at(2), arrivedAt: at(3), part: 10 }),
    toRow({ messageId: 'b', orderAt: at(2), arrivedAt: at(3), v: 1 }),
  ].map((row) => ({ ...row, item: `${target}/${row.item}` as OutboxRow['item'] }));
  for (const row of [...wanted].reverse()) await store.outbox.add([row]);
  await store.outbox.add([toRow({ lane: 'history', orderAt: at(0) })]);
  const rows = await store.outbox.listOfLane(target, 'live', 100);
  expect(rows.map(({ item }) => item)).toEqual(wanted.map(({ item }) => item));
  const firstTwo = await store.outbox.listOfLane(target, 'live', 2);
  expect(firstTwo.map(({ item }) => item)).toEqual(wanted.slice(0, 2).map(({ item }) => item));
});

test('rows are removed by their items, or with their target', async () => {
  const [first, second, third] = [toRow(), toRow(), toRow({ lane: 'history' })];
  const other = toRow({ target: toLinkTarget(newId()) });
  for (const row of [first, second, third, other]) await store.outbox.add([row]);
  await store.outbox.remove([first.item]);
  expect(await store.outbox.count(target, 'live')).toBe(1);
  await store.outbox.removeOfTarget(target);
  expect(await store.outbox.hasAny(target)).toBe(false);
  expect(await store.outbox.hasAny(other.target)).toBe(true);
});
