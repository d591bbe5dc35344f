import { createPacing } from '../../../bitrix24/pacing/pacing';
import { PortalUnreachableError, ReauthoriseError } from '../../../bitrix24/errors';
import type { Fault } from '../../../sandbox/portal';
import { createMemoryBudgets } from '../../bitrix24/memory-budgets';
import { eventually } from '../../scenes/product';
import { startDelivery, type Delivery, type Linked } from '../../scenes/delivery';

let delivery: Delivery | null = null;

afterEach(async () => {
  await delivery?.close();
  delivery = null;
});

const minute = 60_000;
const acquire = { lane: 'live', commands: ['crm.timeline.comment.add'] } as const;

/** Two processes with one budget, whose clock a test turns. */
function startProcesses(credentials = 'a') {
  let nowMs = Date.now();
  const storage = createMemoryBudgets();
  const sleep = () => Promise.resolve();
  const open = (of = credentials) =>
    createPacing({ portalId: 'p', storage, credentials: of, now: () => nowMs, sleep });
  return { processes: [open(), open()], open, pass: (ms: number) => (nowMs += ms) };
}

/** Tries every 100 ms, by turns in two processes, for a time; gives when a request was let through. */
async function tryFor(ms: number, scene: ReturnType<typeof startProcesses>, error: Error): Promise<number[]> {
  const tries: number[] = [];
  for (let atMs = 0; atMs < ms; atMs += 100) {
    scene.pass(100);
    const permit = await scene.processes[(atMs / 100) % 2]?.acquire(acquire).catch(() => null);
    if (!permit) continue;
    tries.push(atMs);
    await permit.failed(error);
  }
  return tries;
}

test('a portal that is down for ten minutes is asked a few times, more and more rarely, and a minute apart at most', async () => {
  const scene = startProcesses();
  const tries = await tryFor(10 * minute, scene, new PortalUnreachableError({ code: 'ECONNREFUSED' }));
  expect(tries.length).toBeGreaterThanOrEqual(10);
  expect(tries.length).toBeLessThanOrEqual(17);
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(minute + 200);
  scene.pass(minute);
  const permit = await scene.processes[0]?.acquire(acquire);
  await permit?.answered({ envelope: null, commands: [] });
  await expect(Promise.all(scene.processes.map((pacing) => pacing.acquire(acquire)))).resolves.toHaveLength(
    2,
  );
});

test('withdrawn access is tried every few minutes; new credentials are tried at once', async () => {
  const scene = startProcesses();
  const tries = await tryFor(10 * minute, scene, new ReauthoriseError({ code: 'invalid_token' }));
  expect(tries.length).toBe(4);
  await expect(scene.processes[0]?.acquire(acquire)).rejects.toMatchObject({ name: 'ReauthoriseError' });
  await expect(scene.open('b').acquire(acquire)).resolves.toBeDefined();
});

test('while one try is under way no other goes', async () => {
  const scene = startProcesses();
  await tryFor(100, scene, new PortalUnreachableError({ code: 'ECONNREFUSED' }));
  scene.pass(2_000);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, async (_, index) => scene.processes[index % 2]?.acquire(acquire)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('several answers in a row that never come make an outage; one lost answer does not', async () => {
  const given = await startDelivery();
  delivery = given;
  const links = await linkMany(given, 8);
  given.portal.setFaults([{ kind: 'dropAnswer', times: 3 }]);
  const process = given.createProcess();
  for (const linked of links.slice(0, 3)) await given.run(process, [linked]);
  const before = given.portal.stats().requests;
  await given.run(process, links.slice(3));
  expect(given.portal.stats().requests).toBe(before);
});

async function linkMany(given: Delivery, count: number): Promise<Linked[]> {
  const links: Linked[] = [];
  for (let index = 0; index < count; index += 1) {
    const linked = await given.link(`+4917014${String(10_000 + index)}`);
    await given.say(linked, `hello ${index}`);
    links.push(linked);
  }
  return links;
}

const attentionOfPortal = async (given: Delivery) =>
  (await given.store.portals.load(given.portalId))?.attention?.code ?? null;

test.each<[string, Fault, string]>([
  ['is down', { kind: 'down', times: -1 }, 'portal_unreachable'],
  ['no longer accepts our access', { kind: 'revoked', times: -1 }, 'portal_reauthorise'],
  ['has a plan without REST', { kind: 'noRest', times: -1 }, 'ask_administrator'],
])(
  'many links of a portal that %s cost a few requests, and one that is answered releases them all',
  async (_what, fault, code) => {
    const given = await startDelivery();
    delivery = given;
    const links = await linkMany(given, 40);
    const processes = [given.createProcess(), given.createProcess()] as const;
    given.portal.setFaults([fault]);
    given.portal.resetStats();
    const runAll = () =>
      Promise.all([given.run(processes[0], links.slice(0, 20)), given.run(processes[1], links.slice(20))]);
    const startedAtMs = performance.now();
    const elapsedMs = () => performance.now() - startedAtMs;
    await eventually('the word of it', async () => {
      await runAll();
      return elapsedMs() > 4_000 && (await attentionOfPortal(given)) === code;
    });
    // At most one a second, or one every three where somebody must act, and those that were under way at its begin.
    expect(given.portal.stats().requests).toBeLessThanOrEqual(5 + elapsedMs() / 1_000);
    const link = await given.store.links.load(links[7]?.linkId ?? '');
    expect(link?.attention?.code).toBe(code);
    given.portal.setFaults([]);
    await eventually('the recovery', async () => {
      await runAll();
      return links.every(({ contactId }) => given.told(contactId).length > 0);
    });
    links.forEach(({ contactId }, index) => expect(given.told(contactId)).toEqual([`hello ${index}`]));
    expect(await attentionOfPortal(given)).toBeNull();
    expect((await given.store.links.load(links[7]?.linkId ?? ''))?.attention).toBeNull();
  },
  60_000,
);

test.each<[Fault['kind'], string]>([
  ['overload', 'portal_blocked'],
  ['deletedPortal', 'portal_gone'],
])('a portal in the state %s is asked once and then not for long', async (kind, code) => {
  const given = await startDelivery();
  delivery = given;
  const links = await linkMany(given, 10);
  given.portal.setFaults([{ kind, times: -1 }]);
  const process = given.createProcess();
  for (let round = 0; round < 5; round += 1) await given.run(process, links);
  expect(given.portal.stats().requests).toBe(1);
  expect(await attentionOfPortal(given)).toBe(code);
});

test('a comment whose outcome is not known yet does not end what a link has to tell', async () => {
  const given = await startDelivery();
  delivery = given;
  const [linked] = (await linkMany(given, 1)) as [Linked];
  const attention = { code: 'portal_unreachable', advice: 'It waits.', since: new Date().toISOString() };
  await given.store.links.setAttention(linked.linkId, attention);
  given.portal.setFaults([{ kind: 'dropAnswer', times: 1 }]);
  const process = given.createProcess();
  await given.run(process, [linked]);
  expect((await given.store.links.load(linked.linkId))?.attention).toEqual(attention);
  await given.waitOut();
  await given.run(process, [linked]);
  expect((await given.store.links.load(linked.linkId))?.attention).toBeNull();
  expect(given.told(linked.contactId)).toEqual(['hello 0']);
});
