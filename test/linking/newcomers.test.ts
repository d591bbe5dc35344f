import { say, startProduct, eventually, type Product } from '../helpers/product';
import { linesOn, linkedWith, linkOf, reviewOf, startWatch, stopWatch, sweepOnce } from './watch';

let product: Product;

beforeEach(async () => {
  product = await startProduct({ settings: { backupIntervalMs: 1_000 } });
});

afterEach(async () => {
  await stopWatch(product);
  await product.close();
});

test('a chat links itself to the contact that has the number, and what waited is backed up', async () => {
  const id = product.portal.addContact({ name: 'Klaus', phones: ['0170 / 123 45 67'] });
  await say(product, { id: 'A1', text: 'hello' });
  await product.startWorker();
  await startWatch(product);
  const link = await linkedWith(product, '+491701234567', id);
  expect(link.decision).toMatchObject({ by: 'phone', matchedValue: '0170 / 123 45 67' });
  await eventually('the backup', () => linesOn(product, id).length === 1);
  expect(await reviewOf(product, '+491701234567')).toBeNull();
});

test('whoever is found on no card waits in a review, and is linked within one sweep when a card gets the number', async () => {
  await say(product, { id: 'A1', text: 'hello', name: 'Nobody Yet' });
  await product.startWorker();
  await startWatch(product);
  const review = await eventually('the review', () => reviewOf(product, '+491701234567'));
  expect(review).toMatchObject({ kind: 'unmatched', state: 'open', candidates: [], linkId: null });
  expect(await linkOf(product, '+491701234567')).toBeNull();
  const id = product.portal.addContact({ name: 'New', phones: ['+49 170 1234567'] });
  await sweepOnce(product);
  await linkedWith(product, '+491701234567', id);
  await eventually('the backup', () => linesOn(product, id).length === 1);
  expect((await reviewOf(product, '+491701234567'))?.state).toBe('answered');
});
