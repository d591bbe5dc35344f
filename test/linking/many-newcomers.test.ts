import { planLinks } from '../../store/link-plan';
import { newId } from '../../store/connection';
import { listQueryVariants } from '../../domain/phone';
import { startProduct, type Product } from '../helpers/product';
import { startWatch, stopWatch } from './watch';

/** How many newcomers: 2,000 in the suite; `NEWCOMERS=10000` for the full size. */
const newcomers = Number(process.env['NEWCOMERS'] ?? 2_000);
const phoneOf = (index: number) => `+49151${String(index).padStart(8, '0')}`;
let product: Product;

beforeAll(async () => {
  product = await startProduct({ settings: { backupIntervalMs: 10_000 }, portal: { limits: {} } });
  await product.store.people.model.insertMany(
    Array.from({ length: newcomers }, (_, index) => ({
      _id: newId(),
      portalId: product.portalId,
      aliases: [{ kind: 'phone', key: `phone:${phoneOf(index)}`, firstSeenAt: new Date(), source: 'test' }],
      names: [],
      lookup: { at: null, nextAt: new Date(), misses: 0 },
      createdAt: new Date(),
    })),
  );
});

afterAll(async () => {
  await stopWatch(product);
  await product.close();
});

const bound = () => (newcomers / 50) * listQueryVariants(phoneOf(0), 'DE').length;
const due = () =>
  product.store.people.model.countDocuments({ 'lookup.nextAt': { $lte: new Date() }, 'lookup.misses': 0 });

/** Looks once a second: at the full size the portal's method time alone takes ten minutes. */
async function untilNoneIsDue(): Promise<void> {
  for (let seconds = 0; (await due()) > 0; seconds += 1) {
    if (seconds > 1_500) throw new Error(`${await due()} people were not looked up in time`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

test('a dry run says who would be linked and writes nothing', async () => {
  const id = product.portal.addContact({ name: 'One', phones: [phoneOf(0)] });
  const portal = await product.store.portals.load(product.portalId);
  const { contacts } = await product.deps.portalOf(product.portalId);
  if (!portal) throw new Error('no portal');
  const first = await planLinks(product.store, contacts, portal, { after: null, limit: 100 });
  expect(first.items).toHaveLength(100);
  expect(first.items[0]).toMatchObject({ outcome: 'link', candidates: [{ crmContactId: id }] });
  expect(first.items[1]).toMatchObject({ outcome: 'unmatched', candidates: [] });
  expect(first.after).toBe(first.items.at(-1)?.personId);
  expect(await product.store.links.model.countDocuments()).toBe(0);
  expect(await product.store.reviews.model.countDocuments()).toBe(0);
  product.portal.deleteContact(id);
});

test('newcomers are looked up fifty numbers in a request, within the limits', async () => {
  product.portal.resetStats();
  const startedAt = performance.now();
  await product.startWorker();
  await startWatch(product);
  await untilNoneIsDue();
  const stats = product.portal.stats();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stderr.write(
    `${newcomers} newcomers: ${stats.requests} requests in ${seconds} s, fill ${JSON.stringify(stats.batchFill)}\n`,
  );
  const commands = stats.commands['crm.duplicate.findbycomm'] ?? 0;
  // At the full size the first ones' pause of three minutes is over before the last ones' turn: they are asked for again.
  const people = await product.store.people.model.find().lean();
  const again = people.reduce((sum, { lookup }) => sum + (lookup?.misses ?? 0) - 1, 0);
  expect(commands).toBe((bound() * 50 * (newcomers + again)) / newcomers);
  // Each sweep also asks what changed: one request of one or two commands.
  const ofSweeps = (stats.batchFill['1'] ?? 0) + (stats.batchFill['2'] ?? 0);
  // Within three minutes nobody's turn comes a second time, and the bound is the bare one.
  if (seconds < 180) expect(again).toBe(0);
  const most = again === 0 ? bound() : Math.ceil(commands / 50) + 1;
  expect(stats.requests - ofSweeps).toBeLessThanOrEqual(most);
  expect(stats.queryLimitExceeded + stats.operationTimeLimit).toBe(0);
  expect(await product.store.reviews.model.countDocuments()).toBe(newcomers);
}, 1_600_000);

test('whom nobody knows is asked for again after three minutes at the earliest', async () => {
  await stopWatch(product);
  const people = await product.store.people.model.find().lean();
  const pauses = people.map(({ lookup }) => (lookup?.nextAt?.getTime() ?? 0) - (lookup?.at?.getTime() ?? 0));
  expect(Math.min(...pauses)).toBe(180_000);
});
