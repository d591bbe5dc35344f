import { eventually } from '../../scenes/product';
import { useDelivery, runActivity, settings, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

const toText = (index: number) => `hello ${index}`;
const linkMany = (count: number): Promise<Linked[]> => delivery.linkMany(count, toText);
const toldOf = (links: readonly Linked[]) => links.map(({ contactId }) => delivery.told(contactId));

/** The rows have waited for two intervals. */
async function age(): Promise<void> {
  const arrivedAt = new Date(Date.now() - 2 * settings.backupIntervalMs);
  await delivery.store.outbox.model.updateMany({}, { $set: { arrivedAt } });
}

const drain = (process = delivery.createProcess()) =>
  runActivity(process.drainPortal, { portalId: delivery.portalId });
const commentCommands = () => delivery.portal.stats().batchFill;

/** As in production: sixty claims and a full batch take a busy machine longer than the other tests wait. */
const patient = { portalRequestLimitMs: 60_000, writeWindowMs: 10_000 };

test('a backlog of sixty links is drained in full batches, each message once, and their clocks move', async () => {
  const links = await linkMany(60);
  await age();
  delivery.portal.setTiming({ requestLimitMs: patient.portalRequestLimitMs });
  const process = delivery.createProcess({ settings: { ...settings, ...patient } });
  expect(await drain(process)).toEqual({ delivered: 60, goOnAfterMs: null });
  expect(toldOf(links)).toEqual(links.map((_, index) => [toText(index)]));
  // Two on a quiet machine, by sixty requests if nobody shared one.
  expect(Object.values(commentCommands()).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(6);
  const stored = await delivery.store.links.model.find({}).lean().exec();
  for (const { lastSyncAt, lastBackedUpAt, lastTriedAt } of stored) {
    expect([lastSyncAt, lastBackedUpAt]).toEqual([expect.any(Date), expect.any(Date)]);
    expect(lastTriedAt).toBeNull();
  }
});

test("a drain and the links' own rounds at once, in two processes, tell each message once", async () => {
  const links = await linkMany(30);
  const [one, two] = [delivery.createProcess(), delivery.createProcess()];
  await Promise.all([drain(one), delivery.run(one, links), delivery.run(two, links)]);
  await delivery.run(one, links);
  expect(toldOf(links)).toEqual(links.map((_, index) => [toText(index)]));
});

test('a sweep sees a backlog only when a full batch of links waits longer than an interval', async () => {
  const links = await linkMany(50);
  const process = delivery.createProcess();
  const sweep = () => runActivity(process.sweepPortal, { portalId: delivery.portalId });
  expect((await sweep()).hasBacklog).toBe(false);
  await age();
  expect((await sweep()).hasBacklog).toBe(true);
  await delivery.run(process, links.slice(0, 1));
  expect((await sweep()).hasBacklog).toBe(false);
});

test('a parked link stays parked while a drain tells what waited', async () => {
  const link = await delivery.link();
  await delivery.say(link, 'hello');
  await delivery.store.links.setRhythm(link.linkId, 'parked', ['rounds']);
  expect(await drain()).toMatchObject({ delivered: 1 });
  expect(await delivery.store.links.load(link.linkId)).toMatchObject({ rhythm: 'parked' });
});

test('a drain leaves paused links, and those whom only a person can help, to themselves', async () => {
  const [paused, refused, well] = (await linkMany(3)) as [Linked, Linked, Linked];
  await delivery.store.links.setRhythm(paused.linkId, 'paused', ['rounds']);
  await delivery.store.links.setAttention(refused.linkId, {
    code: 'contact_gone',
    advice: 'Link this person to another contact.',
    since: new Date().toISOString(),
  });
  expect(await drain()).toEqual({ delivered: 1, goOnAfterMs: null });
  expect(delivery.told(well.contactId)).toHaveLength(1);
});

test('a portal that is down ends the portion, which asks to be tried again soon and loses nothing', async () => {
  const links = await linkMany(60);
  const process = delivery.createProcess();
  delivery.portal.setFaults([{ kind: 'down', times: -1 }]);
  const { delivered, goOnAfterMs } = await drain(process);
  expect(delivered).toBe(0);
  expect(goOnAfterMs).toBeGreaterThan(0);
  expect(delivery.portal.stats().requests).toBeLessThanOrEqual(2);
  delivery.portal.setFaults([]);
  await eventually('the end of the backlog', async () => (await drain(process)).goOnAfterMs === null);
  expect(toldOf(links)).toEqual(links.map((_, index) => [toText(index)]));
});

/** A process whose lanes begin only when they are let. */
function createHeld() {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const process = delivery.createProcess({}, (deps) => {
    const { entries } = deps.store;
    const listUnsettled: typeof entries.listUnsettled = async (...given) => {
      await gate;
      return entries.listUnsettled(...given);
    };
    return { ...deps, store: { ...deps.store, entries: { ...entries, listUnsettled } } };
  });
  return { process, letGo };
}

test('a link that is woken before the drain came to it is left to the drain, and to its own round when that was in vain', async () => {
  const links = await linkMany(3);
  const { process, letGo } = createHeld();
  const [{ linkId }] = links as [Linked, ...Linked[]];
  await delivery.store.links.setRhythm(linkId, 'parked', ['rounds']);
  const check = () => runActivity(process.checkLink, { linkId });
  expect(await check()).toBeNull();
  const draining = drain(process);
  await eventually('the drain', async () => (await check()) !== null);
  expect(await check()).toMatchObject({ quiet: false, pendingMessages: 1, rhythm: 'rounds' });
  // A person who wants it now does not wait for the drain.
  expect(await runActivity(process.checkLink, { linkId, asked: true })).toBeNull();
  expect(await delivery.store.links.load(linkId)).toMatchObject({ rhythm: 'rounds', lastSyncAt: null });
  delivery.portal.setFaults([{ kind: 'down', times: -1 }]);
  letGo();
  await draining;
  expect(await check()).toBeNull();
  delivery.portal.setFaults([]);
  await eventually('the end of the backlog', async () => (await drain(process)).goOnAfterMs === null);
  expect(toldOf(links)).toEqual(links.map((_, index) => [toText(index)]));
});
