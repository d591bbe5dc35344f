import mongoose from 'mongoose';
import { newId } from '../../store/connection';

const ids = (count: number): string[] => Array.from({ length: count }, () => newId());
const isInOrder = (made: readonly string[]): boolean =>
  made.every((id, index) => index === 0 || id > (made[index - 1] ?? ''));

/** Where the driver's counter of this process stands, which begins anew behind 0xffffff. */
const setCounter = (at: number): void => void Reflect.set(mongoose.Types.ObjectId, 'index', at);

afterEach(() => jest.useRealTimers());

test('ids are in the order in which they were made where the counter begins anew', () => {
  setCounter(0xfffffc);
  const made = ids(20);
  expect(isInOrder(made)).toBe(true);
  expect(made.some((id) => id.endsWith('000003'))).toBe(true);
});

test('ids are in the order in which they were made where the clock is set back', () => {
  jest.useFakeTimers({ now: Date.now() });
  const before = ids(5);
  jest.setSystemTime(Date.now() - 3_600_000);
  const made = [...before, ...ids(5)];
  setCounter(0xffffff);
  expect(isInOrder([...made, ...ids(5)])).toBe(true);
});

test('an id tells its second where nothing is odd', () => {
  jest.useFakeTimers({ now: Date.now() + 7_200_000 });
  expect(Number.parseInt(newId().slice(0, 8), 16)).toBe(Math.floor(Date.now() / 1_000));
});
