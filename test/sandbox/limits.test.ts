import { startSandboxPortal, type Limits, type SandboxPortal } from '../../sandbox/portal';
import { MethodTime } from '../../sandbox/limits/method-time';
import { RequestBucket } from '../../sandbox/limits/request-bucket';
import { cloudLimits } from '../../sandbox/portal';
import { addComment, batch, call } from './portal-call';

let portal: SandboxPortal | undefined;
afterEach(() => portal?.stop());

async function start(limits: Partial<Limits>): Promise<SandboxPortal> {
  portal = await startSandboxPortal({ limits, contacts: [{ name: 'Klara' }] });
  return portal;
}

const comments = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, addComment(1, `text ${at}`)]));

test('the bucket takes a burst of 50, then two requests a second', () => {
  const bucket = new RequestBucket(cloudLimits);
  const take = (count: number, atMs: number) =>
    Array.from({ length: count }, () => bucket.take(1_000_000 + atMs)).filter(Boolean).length;
  expect(take(60, 0)).toBe(50);
  expect(take(10, 1000)).toBe(2);
  expect(take(10, 1400)).toBe(0);
  expect(take(100, 60_000)).toBe(50);
});

test('method time is summed over ten one-minute baskets', () => {
  const time = new MethodTime(cloudLimits);
  const minutes = (count: number) => 600_000_000 + count * 60_000;
  time.charge('m', 300, minutes(0));
  time.charge('m', 190, minutes(5));
  expect(time.isBlocked('m', minutes(9))).toBe(true);
  expect(time.isBlocked('other', minutes(9))).toBe(false);
  expect(time.resetAtMs('m', minutes(9))).toBe(minutes(10));
  expect(time.isBlocked('m', minutes(10))).toBe(false);
  expect(time.usedSeconds('m', minutes(10))).toBe(190);
  expect(time.resetAtMs('m', minutes(10))).toBe(minutes(15));
});

test('the harsh variant bans a method for 300 s after an overrun, then starts from zero', () => {
  const time = new MethodTime({ ...cloudLimits, overrun: 'ban' });
  time.charge('m', 481, 600_000_000);
  expect(time.isBlocked('m', 600_299_000)).toBe(true);
  expect(time.isBlocked('m', 600_301_000)).toBe(false);
  expect(time.usedSeconds('m', 600_301_000)).toBe(0);
});

test('with a faster clock the moment of the reset is told in real time', () => {
  const nowMs = Date.now();
  const time = new MethodTime({ ...cloudLimits, clockSpeed: 60 });
  time.charge('m', 481, nowMs);
  const resetAtMs = time.resetAtMs('m', nowMs);
  expect(resetAtMs - nowMs).toBeGreaterThan(8_900);
  expect(resetAtMs - nowMs).toBeLessThanOrEqual(10_000);
  expect(time.isBlocked('m', resetAtMs - 10)).toBe(true);
  expect(time.isBlocked('m', resetAtMs)).toBe(false);
});

test('requests above the bucket get 503 and change nothing', async () => {
  const started = await start({ burst: 3, drainPerSecond: 0.001 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => call(started, 'profile')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503, 503]);
  expect(answers.find(({ status }) => status === 503)?.body.error).toBe('QUERY_LIMIT_EXCEEDED');
  expect(started.stats()).toMatchObject({ queryLimitExceeded: 2, bucketPeak: expect.closeTo(3, 1) });
});

test('a method whose time is used up is refused inside batches and alone, others go on', async () => {
  const started = await start({ operatingLimitSeconds: 0.5 });
  const result = await batch(started, { ...comments(8), me: 'profile' });
  expect(Object.keys(result.result)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'me']);
  expect(result.result_error.c6.error).toBe('OPERATION_TIME_LIMIT');
  expect(result.result_time.c5.operating).toBeCloseTo(0.54);
  expect(result.result_time.c5.operating_reset_at * 1000).toBeGreaterThan(Date.now() + 530_000);
  const alone = await call(started, 'crm.timeline.comment.add', { fields: {} });
  expect(alone).toMatchObject({ status: 429, body: { error: 'OPERATION_TIME_LIMIT' } });
  expect(alone.body.time).toBeUndefined();
  expect((await call(started, 'crm.item.list', { entityTypeId: 3 })).status).toBe(200);
  expect(started.stats().operationTimeLimit).toBe(3);
  expect(started.stats().operatingSeconds['crm.timeline.comment.add']).toBeCloseTo(0.54);
});

test('calls of a tenth of a second or less are not counted, unless one request sums them', async () => {
  const started = await start({});
  for (let at = 0; at < 3; at += 1)
    await call(started, 'crm.timeline.comment.list', { filter: { ENTITY_ID: 1, ENTITY_TYPE: 'contact' } });
  await call(started, 'crm.item.add', { entityTypeId: 3, fields: { name: 'A' } });
  await batch(started, comments(3));
  expect(started.stats().operatingSeconds).toEqual({
    'crm.item.add': 1.2,
    'crm.timeline.comment.add': expect.closeTo(0.27),
  });
});

test('the time of a batch can be charged to batch itself, which is then refused as a whole', async () => {
  const started = await start({ chargeMethods: false, batchWeight: 1, operatingLimitSeconds: 0.2 });
  const first = await call(started, 'batch', { cmd: comments(5) });
  expect(first.body.time.operating).toBeCloseTo(0.45);
  expect(await call(started, 'batch', { cmd: comments(1) })).toMatchObject({ status: 429 });
});

test('a portal without limits tells no operating; odd types can be switched on', async () => {
  const started = await start({});
  started.setSettings({ oddTimeTypes: true });
  const odd = (await call(started, 'profile')).body.time;
  expect(Number.isInteger(odd.start)).toBe(true);
  expect(odd.operating_reset_at).toMatch(/^\d{4}-\d\d-\d\dT/);
  started.setLimits(null);
  expect((await call(started, 'profile')).body.time).not.toHaveProperty('operating');
});
