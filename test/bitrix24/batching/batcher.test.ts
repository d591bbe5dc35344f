import { setTimeout as sleep } from 'node:timers/promises';
import { type Batcher, createBatcher } from '../../../bitrix24/batching/batcher';
import { createClient } from '../../../bitrix24/rest/client';
import type { DispatcherOptions } from '../../../bitrix24/batching/dispatcher';
import { createPacing, type Pacing } from '../../../bitrix24/pacing/pacing';
import type { Submission } from '../../../bitrix24/batching/queue';
import { type SandboxPortal, startSandboxPortal } from '../../../sandbox/portal';
import { createMemoryBudgets } from '../memory-budgets';

let portal: SandboxPortal;
let batcher: Batcher;
let pacing: Pacing;
let contactId: number;

const open = (options: Partial<DispatcherOptions> & { requestLimitMs?: number } = {}): Batcher => {
  pacing = createPacing({ portalId: 'p', storage: createMemoryBudgets() });
  const client = createClient({ webhookUrl: portal.webhookUrl, requestLimitMs: options.requestLimitMs });
  return createBatcher({ client, pacing, ...options });
};

beforeEach(async () => {
  portal = await startSandboxPortal();
  contactId = portal.addContact({ name: 'Ana', phones: ['+14155552671'] });
  batcher = open();
});

afterEach(async () => {
  await batcher.close();
  await portal.stop();
});

const comment = (text: string, more: Partial<Submission> = {}): Submission => ({
  method: 'crm.timeline.comment.add',
  params: { fields: { ENTITY_ID: contactId, ENTITY_TYPE: 'contact', COMMENT: text } },
  lane: 'live',
  ...more,
});

const texts = () => portal.comments(contactId).map(({ text }) => text);
const nameOf = (error: unknown) => (error as Error).name;
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: unknown) => nameOf(error),
  );

/** A claim that waits until it is let go. */
function createGate() {
  let open: (claimed: boolean) => void = () => undefined;
  let enter: () => void = () => undefined;
  const entered = new Promise<void>((resolve) => (enter = resolve));
  const result = new Promise<boolean>((resolve) => (open = resolve));
  const claim = () => {
    enter();
    return result;
  };
  return { claim, entered, open };
}

test('fifty callers share one request, and each gets its own answer', async () => {
  const work = Array.from({ length: 50 }, (_, index) => batcher.submit(comment(`n${index}`)));
  const ids = (await Promise.all(work)).map((done) => (done.kind === 'answered' ? done.answer.result : null));
  const byId = new Map(portal.comments(contactId).map(({ id, text }) => [id, text]));
  expect(ids.map((id) => byId.get(id as number))).toEqual(
    Array.from({ length: 50 }, (_, index) => `n${index}`),
  );
  expect(portal.stats().requests).toBe(1);
});

test('a backlog leaves in full batches', async () => {
  const work = Array.from({ length: 230 }, (_, index) => batcher.submit(comment(`n${index}`)));
  await Promise.all(work);
  expect(portal.stats().batchFill).toEqual({ '50': 4, '30': 1 });
});

test('a poisonous command fails alone', async () => {
  const work = [comment('one'), comment(''), { ...comment('two'), method: 'crm.no.such' }, comment('three')];
  expect(await Promise.all(work.map((given) => outcome(batcher.submit(given))))).toEqual([
    'answered',
    'BadRequestError',
    'AskAdminError',
    'answered',
  ]);
  expect(texts()).toEqual(['one', 'three']);
});

test('a lost claim leaves its command out, a failing one rejects only itself', async () => {
  const work = [
    batcher.submit(comment('kept', { claim: () => Promise.resolve(true) })),
    batcher.submit(comment('lost', { claim: () => Promise.resolve(false) })),
    batcher.submit(comment('failed', { claim: () => Promise.reject(new RangeError('store is away')) })),
  ];
  const [kept, lost, failed] = await Promise.allSettled(work);
  expect(kept).toMatchObject({ value: { kind: 'answered' } });
  expect(lost).toMatchObject({ value: { kind: 'notClaimed' } });
  expect(failed).toMatchObject({ reason: { message: 'store is away' } });
  expect(texts()).toEqual(['kept']);
});

test('a batch of which nothing was claimed sends no request', async () => {
  const done = await batcher.submit(comment('lost', { claim: () => Promise.resolve(false) }));
  expect(done.kind).toBe('notClaimed');
  expect(portal.stats().requests).toBe(0);
});

test('every claim is made before the request, and none before its turn', async () => {
  const events: string[] = [];
  const claim = () => {
    events.push(`claim ${portal.stats().requests}`);
    return Promise.resolve(true);
  };
  await Promise.all([batcher.submit(comment('a', { claim })), batcher.submit(comment('b', { claim }))]);
  expect(events).toEqual(['claim 0', 'claim 0']);
});

test('claims that take too long send nothing', async () => {
  const now = performance.now.bind(performance);
  let aheadMs = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  const claim = () => {
    aheadMs += 11_000;
    return Promise.resolve(true);
  };
  expect(await outcome(batcher.submit(comment('late', { claim })))).toBe('PortalUnreachableError');
  clock.mockRestore();
  expect(portal.stats().requests).toBe(0);
});

test('comments of one target go one after the other, in order', async () => {
  const target = 'link/1';
  // The first is under way for longer than a command waits for company.
  portal.setFaults([{ kind: 'slow', delayMs: 500 }]);
  let underWay = 0;
  let most = 0;
  const one = async (text: string) => {
    const claim = () => {
      underWay += 1;
      most = Math.max(most, underWay);
      return Promise.resolve(true);
    };
    await batcher.submit(comment(text, { target, claim }));
    underWay -= 1;
  };
  await Promise.all([...['a', 'b', 'c'].map(one), batcher.submit(comment('other', { target: 'link/2' }))]);
  expect(texts().filter((text) => text !== 'other')).toEqual(['a', 'b', 'c']);
  expect(most).toBe(1);
  expect(portal.stats().requests).toBe(3);
});

test('live goes before history that waited longer', async () => {
  await batcher.close();
  batcher = open({ maxParallel: 1 });
  const gate = createGate();
  const first = batcher.submit(comment('first', { claim: gate.claim }));
  await gate.entered;
  const rest = [
    batcher.submit(comment('old', { lane: 'history' })),
    batcher.submit(comment('older', { lane: 'history' })),
    batcher.submit(comment('new')),
  ];
  gate.open(true);
  await Promise.all([first, ...rest]);
  expect(texts()).toEqual(['first', 'new', 'old', 'older']);
});

test('batches shrink when commands are slow', async () => {
  portal.setTiming({ defaultTimeMs: { 'crm.timeline.comment.add': 1_000 } });
  portal.setLimits({});
  const add = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => batcher.submit(comment(`n${index}`))));
  await add(5);
  while (pacing.estimateMs('crm.timeline.comment.add') < 900) await sleep(5);
  await add(60);
  expect(portal.stats().batchFill).toEqual({ '5': 1, '10': 6 });
});

test('one that gave up while waiting is not sent', async () => {
  const controller = new AbortController();
  const given = outcome(batcher.submit(comment('never', { signal: controller.signal })));
  const stays = batcher.submit(comment('stays'));
  controller.abort();
  expect(await given).toBe('PortalUnreachableError');
  await stays;
  expect(texts()).toEqual(['stays']);
});

test('one that gave up during its claim hears of it after the claim, and is not sent', async () => {
  const controller = new AbortController();
  const gate = createGate();
  let isTold = false;
  const given = outcome(batcher.submit(comment('never', { signal: controller.signal, claim: gate.claim })));
  void given.then(() => (isTold = true));
  const stays = batcher.submit(comment('stays'));
  await gate.entered;
  controller.abort();
  await sleep(20);
  expect(isTold).toBe(false);
  gate.open(true);
  expect(await given).toBe('PortalUnreachableError');
  await stays;
  expect(texts()).toEqual(['stays']);
});

test('one that gave up after the request was written is unknown, the others get their answers', async () => {
  portal.setFaults([{ kind: 'slow', delayMs: 300 }]);
  const controller = new AbortController();
  const given = outcome(batcher.submit(comment('maybe', { signal: controller.signal })));
  const stays = outcome(batcher.submit(comment('stays')));
  while (portal.stats().requests === 0) await sleep(5);
  controller.abort();
  expect(await given).toBe('UnknownOutcomeError');
  expect(await stays).toBe('answered');
});

test.each([
  ['dropBefore', 'UnknownOutcomeError', 0],
  ['dropAfter', 'UnknownOutcomeError', 2],
  ['dropAnswer', 'UnknownOutcomeError', 2],
  ['html502', 'UnknownOutcomeError', 2],
  ['revoked', 'ReauthoriseError', 0],
  ['noRest', 'AskAdminError', 0],
  ['overload', 'PortalBlockedError', 0],
  ['deletedPortal', 'PortalGoneError', 0],
] as const)("%s makes every caller's outcome a %s", async (kind, name, written) => {
  portal.setFaults([{ kind }]);
  const work = ['a', 'b'].map((text) =>
    outcome(batcher.submit(comment(text, { claim: () => Promise.resolve(true) }))),
  );
  expect(await Promise.all(work)).toEqual([name, name]);
  expect(texts().length).toBeLessThanOrEqual(written);
});

test('a portal that is down tells every claimed caller that nothing was sent', async () => {
  await portal.stop();
  const claim = () => Promise.resolve(true);
  const work = ['a', 'b'].map((text) => outcome(batcher.submit(comment(text, { claim }))));
  expect(await Promise.all(work)).toEqual(['PortalUnreachableError', 'PortalUnreachableError']);
});

test('an answer that does not come in time is unknown', async () => {
  await batcher.close();
  batcher = open({ requestLimitMs: -9_800 });
  portal.setFaults([{ kind: 'slow', delayMs: 1_000 }]);
  expect(await outcome(batcher.submit(comment('maybe')))).toBe('UnknownOutcomeError');
});

test('a method whose time is used up does not stop the others of its batch', async () => {
  portal.setLimits({});
  portal.setTiming({ defaultTimeMs: { 'crm.item.add': 50_000 } });
  const add = {
    method: 'crm.item.add',
    params: { entityTypeId: 3, fields: { name: 'x' } },
    lane: 'live' as const,
  };
  for (let index = 0; index < 8; index += 1) await batcher.submit(add);
  const [blocked, read] = await Promise.all([
    outcome(batcher.submit(add)),
    outcome(batcher.submit({ method: 'app.info', params: {}, lane: 'live' })),
  ]);
  expect([blocked, read]).toEqual(['WaitUntilError', 'answered']);
  expect(portal.stats().operationTimeLimit).toBe(0);
});

test('what waits when it closes is rejected unsent, what is under way ends', async () => {
  const gate = createGate();
  const first = outcome(batcher.submit(comment('first', { claim: gate.claim })));
  await gate.entered;
  const second = outcome(batcher.submit(comment('second')));
  const closed = batcher.close();
  expect(await second).toBe('PortalUnreachableError');
  gate.open(true);
  expect(await first).toBe('answered');
  await closed;
  expect(await outcome(batcher.submit(comment('third')))).toBe('PortalUnreachableError');
  expect(texts()).toEqual(['first']);
});
