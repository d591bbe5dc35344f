import { WaitUntilError } from '../../../bitrix24/errors';
import { planLinks } from '../../../linking/link-plan';
import { newId } from '../../../store/connection';
import { useProduct } from '../../scenes/product';
import { startWatch, stopWatch } from '../../scenes/watch';

/** How many newcomers: 2,000 in the suite; `NEWCOMERS=10000` for the full size. */
const newcomers = Number(process.env['NEWCOMERS'] ?? 2_000);
const phoneOf = (index: number) => `+49151${String(index).padStart(8, '0')}`;
const product = useProduct({ settings: { backupIntervalMs: 10_000 }, portal: { limits: {} } });

beforeAll(async () => {
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

/**
 * One command for all writings of a number, fifty in a request, whatever the number of writings. On a busy machine a
 * request now and then leaves before it is full.
 */
const bound = Math.ceil((newcomers / 50) * 1.05);
const due = () =>
  product.store.people.model.countDocuments({ 'lookup.nextAt': { $lte: new Date() }, 'lookup.misses': 0 });

/** Looks once a second: at the full size the portal's method time alone takes ten minutes. */
async function untilNoneIsDue(): Promise<void> {
  for (let seconds = 0; (await due()) > 0; seconds += 1) {
    if (seconds > 1_500) throw new Error(`${await due()} people were not looked up in time`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** At the full size the look-ups before have used the method's time: whoever is told to wait waits. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof WaitUntilError)) throw error;
      const { retryAfterMs } = error;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    }
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
  // Where the first ones' pause of three minutes is over before the last ones' turn they are asked for again.
  const people = await product.store.people.model.find().lean();
  const again = people.reduce((sum, { lookup }) => sum + (lookup?.misses ?? 0) - 1, 0);
  if (seconds < 180) expect(again).toBe(0);
  expect(commands).toBe(newcomers + again);
  // Each sweep also asks what changed, and the first one reads all contacts: requests of a few commands.
  const ofSweeps = [1, 2, 3].reduce((sum, fill) => sum + (stats.batchFill[String(fill)] ?? 0), 0);
  expect(stats.requests - ofSweeps).toBeLessThanOrEqual(bound + Math.ceil(again / 50));
  expect(stats.queryLimitExceeded + stats.operationTimeLimit).toBe(0);
  expect(await product.store.reviews.model.countDocuments()).toBe(newcomers);
}, 1_600_000);

test('a dry run of people who all have a contact reads their cards, within the limits', async () => {
  await stopWatch(product);
  const ids = Array.from({ length: newcomers }, (_, index) =>
    product.portal.addContact({ name: 'K', phones: [`0${phoneOf(index).slice(3)}`] }),
  );
  const portal = await product.store.portals.load(product.portalId);
  const { contacts } = await product.deps.portalOf(product.portalId);
  if (!portal) throw new Error('no portal');
  product.portal.resetStats();
  const startedAt = performance.now();
  const found = new Set<number>();
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page = await patiently(() => planLinks(product.store, contacts, portal, { after, limit: 500 }));
    for (const { candidates } of page.items) for (const one of candidates) found.add(one.crmContactId);
    after = page.after;
  }
  const stats = product.portal.stats();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stderr.write(`${newcomers} found: ${stats.requests} requests in ${seconds} s\n`);
  expect([...found].sort((one, other) => one - other)).toEqual(ids);
  expect(stats.requests).toBeLessThanOrEqual(2 * bound);
  expect(stats.queryLimitExceeded + stats.operationTimeLimit).toBe(0);
}, 1_600_000);

test('whom nobody knows is asked for again after three minutes at the earliest', async () => {
  await stopWatch(product);
  const people = await product.store.people.model.find().lean();
  const pauses = people.map(({ lookup }) => (lookup?.nextAt?.getTime() ?? 0) - (lookup?.at?.getTime() ?? 0));
  expect(Math.min(...pauses)).toBe(180_000);
});
