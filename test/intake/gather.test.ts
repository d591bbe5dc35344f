import { createGathering } from '../../intake/gather';
import { createLines } from '../../intake/lines';
import type { Delivery } from '../../intake/take-in';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { addAccount, addPortal, useStore } from '../scenes/store';

const store = useStore();
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const toDelivery = (...ids: string[]): Delivery => ({
  source: 'test',
  items: ids.map((id) => ({
    raw: null,
    translation: { kind: 'message', message: toIncoming({ id, text: `text of ${id}` }) },
  })),
});

const storedIds = async () =>
  (await store.messages.model.find({ portalId }).lean().exec()).map(({ stanzaId }) => stanzaId).sort();

/** A store that counts how often messages are written, and refuses those with the text of `poison`. */
function watched(poison?: string) {
  const written: number[] = [];
  const saveMany: Store['messages']['saveMany'] = (fresh, grown) => {
    written.push(fresh.length);
    const isPoison = fresh.some(({ stanzaId }) => stanzaId === poison);
    return isPoison ? Promise.reject(new Error('refused')) : store.messages.saveMany(fresh, grown);
  };
  return { written, store: { ...store, messages: { ...store.messages, saveMany } } };
}

test('what comes while a delivery is taken in is taken in together, and each caller hears of its own', async () => {
  const { written, store: counting } = watched();
  const gathering = createGathering(counting);
  const other = await addAccount(store, portalId, '+491700000002');
  const takeIn = (given: AccountDoc, ...ids: string[]) =>
    gathering.takeIn({ account: given, delivery: toDelivery(...ids) });
  const taken = await Promise.all([
    takeIn(account, 'A'),
    takeIn(account, 'B', 'B', 'C'),
    takeIn(account, 'A'),
    takeIn(other, 'A'),
  ]);
  expect(taken.map((one) => one.taken.map(({ outcome }) => outcome))).toEqual([
    ['accepted'],
    ['accepted', 'duplicate', 'accepted'],
    ['duplicate'],
    ['accepted'],
  ]);
  expect(written).toEqual([1, 3]);
  expect(await storedIds()).toEqual(['A', 'A', 'B', 'C']);
});

test('a delivery that cannot be stored fails nobody who was gathered with it', async () => {
  const { store: refusing } = watched('poison');
  const gathering = createGathering(refusing);
  const results = await Promise.allSettled(
    ['A', 'B', 'poison', 'C'].map((id) => gathering.takeIn({ account, delivery: toDelivery(id) })),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await storedIds()).toEqual(['A', 'B', 'C']);
});

test('sixty deliveries at once are all taken in, each once', async () => {
  const gathering = createGathering(store);
  const ids = Array.from({ length: 60 }, (_, index) => `M${String(index).padStart(3, '0')}`);
  await Promise.all(ids.map((id) => gathering.takeIn({ account, delivery: toDelivery(id) })));
  expect(await storedIds()).toEqual(ids);
});

test('while the store is away all who were gathered hear of it at once', async () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  let tries = 0;
  const saveMany = () => {
    tries += 1;
    return Promise.reject(away);
  };
  const gathering = createGathering({ ...store, messages: { ...store.messages, saveMany } });
  const ids = ['A', 'B', 'C', 'D'];
  const results = await Promise.allSettled(
    ids.map((id) => gathering.takeIn({ account, delivery: toDelivery(id) })),
  );
  expect(results.map(({ status }) => status)).toEqual(ids.map(() => 'rejected'));
  expect(tries).toBe(2);
});

test('a little that comes after a taking waits a moment for more, enough does not, and into a line at rest it comes at once', async () => {
  const takings: string[][] = [];
  const add = createLines<string, string>({
    ...{ lineOf: () => '', sizeOf: () => 1, atOnce: 1, worthAnother: 3, restMs: 500, largest: 10 },
    take: (items) => {
      takings.push([...items]);
      return Promise.resolve(items);
    },
  });
  const first = add('A');
  expect(takings).toEqual([['A']]);
  await first;
  const little = add('B');
  await new Promise(setImmediate);
  expect(takings).toEqual([['A']]);
  expect(await Promise.all([little, add('C')])).toEqual(['B', 'C']);
  expect(await Promise.all(['D', 'E', 'F'].map(add))).toEqual(['D', 'E', 'F']);
  expect(takings).toEqual([['A'], ['B', 'C'], ['D', 'E', 'F']]);
});
