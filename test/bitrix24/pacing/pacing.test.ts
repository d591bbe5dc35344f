import fc from 'fast-check';
import { WaitUntilError } from '../../../bitrix24/errors';
import { createPacing, type Pacing } from '../../../bitrix24/pacing/pacing';
import type { BudgetStorage } from '../../../bitrix24/pacing/shared-budget';
import type { UsageReport } from '../../../bitrix24/pacing/charge-answer';
import { MethodTime } from '../../../sandbox/limits/method-time';
import { cloudLimits, type Limits } from '../../../sandbox/portal-options';
import { createMemoryBudgets } from '../memory-budgets';

const COMMENT = 'crm.timeline.comment.add';
const BEGIN_MS = Date.UTC(2026, 10, 22, 12, 0, 7);

/** Time that only passes when somebody sleeps; sleepers wake in the order of their moments. */
function createClock() {
  let nowMs = BEGIN_MS;
  const sleepers: { atMs: number; wake: () => void }[] = [];
  const turnOver = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => nowMs,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        sleepers.push({ atMs: nowMs + Math.max(ms, 1), wake });
      }),
    /** Lets time pass until the work is done. */
    async run(work: Promise<unknown>): Promise<void> {
      let isDone = false;
      void work.finally(() => (isDone = true)).catch(() => undefined);
      for (;;) {
        await turnOver();
        if (isDone) break;
        sleepers.sort((a, b) => a.atMs - b.atMs);
        const next = sleepers.shift();
        if (!next) continue;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
      await work;
    },
  };
}
type Clock = ReturnType<typeof createClock>;

/** The portal's side: its bucket, its baskets, and what it would have refused. */
function createFakePortal(clock: Clock, given: Partial<Limits> = {}) {
  const limits = { ...cloudLimits, ...given };
  const methodTime = new MethodTime(limits);
  let level = 0;
  let atMs = clock.now();
  const seen = { requests: 0, refused: 0, blocked: 0, commands: 0, peak: 0, usedPeak: 0 };

  const takeRequest = () => {
    level = Math.max(0, level - ((clock.now() - atMs) / 1000) * limits.drainPerSecond) + 1;
    atMs = clock.now();
    seen.requests += 1;
    seen.peak = Math.max(seen.peak, level);
    if (level > limits.burst) seen.refused += 1;
  };

  const time = (method: string, durationMs: number) => ({
    finishMs: clock.now(),
    durationMs,
    operatingMs: methodTime.usedSeconds(method, clock.now()) * 1000,
    operatingResetAtMs: methodTime.resetAtMs(method, clock.now()),
  });

  async function batch(methods: readonly string[], costMs: () => number): Promise<UsageReport> {
    takeRequest();
    const commands: UsageReport['commands'][number][] = [];
    let batchMs = 0;
    for (const method of methods) {
      if (methodTime.isBlocked(method, clock.now())) {
        seen.blocked += 1;
        continue;
      }
      const durationMs = costMs();
      batchMs += durationMs;
      await clock.sleep(durationMs);
      if (limits.chargeMethods) methodTime.charge(method, durationMs / 1000, clock.now());
      seen.usedPeak = Math.max(seen.usedPeak, methodTime.usedSeconds(method, clock.now()));
      seen.commands += 1;
      commands.push({ method, time: time(method, durationMs) });
    }
    if (limits.batchWeight > 0)
      methodTime.charge('batch', (batchMs / 1000) * limits.batchWeight, clock.now());
    seen.usedPeak = Math.max(seen.usedPeak, methodTime.usedSeconds('batch', clock.now()));
    return { envelope: time('batch', batchMs), commands };
  }
  return { seen, batch };
}

const pacingOf = (clock: Clock, storage: BudgetStorage, skewMs = 0): Pacing =>
  createPacing({ portalId: 'p', storage, now: () => clock.now() + skewMs, sleep: clock.sleep });

/** Sends batches as fast as it may until the time is over, and waits when told to. */
async function sendUntil(
  endMs: number,
  clock: Clock,
  pacing: Pacing,
  portal: ReturnType<typeof createFakePortal>,
  { size, costMs, lane = 'live' }: { size: number; costMs: () => number; lane?: 'live' | 'history' },
): Promise<void> {
  const commands = Array.from({ length: size }, () => COMMENT);
  while (clock.now() < endMs) {
    try {
      const permit = await pacing.acquire({ lane, commands });
      await permit.answered(await portal.batch(commands, costMs));
    } catch (error) {
      if (!(error instanceof WaitUntilError)) throw error;
      await clock.sleep(error.retryAfterMs);
    }
  }
}

const around = (ms: number) => () => ms * (0.5 + Math.random());

test('two processes with clocks 5 s apart never fill the bucket of one portal', async () => {
  const clock = createClock();
  const portal = createFakePortal(clock);
  const budgets = createMemoryBudgets();
  const endMs = clock.now() + 5 * 60_000;
  const senders = [0, 5_000, 0, 5_000].map((skewMs) =>
    sendUntil(endMs, clock, pacingOf(clock, budgets, skewMs), portal, { size: 1, costMs: () => 5 }),
  );
  await clock.run(Promise.all(senders));
  expect(portal.seen.refused).toBe(0);
  expect(portal.seen.peak).toBeLessThanOrEqual(46);
  // Close to what the portal allows: 45 at once and 2 per second.
  expect(portal.seen.requests).toBeGreaterThan(0.95 * (45 + 2 * 300));
});

test.each([
  ['inner methods', { chargeMethods: true, batchWeight: 0 }],
  ['the batch', { chargeMethods: false, batchWeight: 1 }],
  ['both, with a ban', { chargeMethods: true, batchWeight: 0.5, overrun: 'ban' as const }],
])(
  'two processes use method time charged to %s to 85 %% and never over the limit',
  async (_name, limits) => {
    const clock = createClock();
    const portal = createFakePortal(clock, limits);
    const budgets = createMemoryBudgets();
    const minutes = 40;
    const endMs = clock.now() + minutes * 60_000;
    const senders = [0, 5_000, 0, 5_000].map((skewMs) =>
      sendUntil(endMs, clock, pacingOf(clock, budgets, skewMs), portal, { size: 50, costMs: around(90) }),
    );
    await clock.run(Promise.all(senders));
    expect(portal.seen).toMatchObject({ blocked: 0, refused: 0 });
    expect(portal.seen.usedPeak).toBeLessThan(480);
    const spentSeconds = portal.seen.commands * 0.09;
    expect(spentSeconds).toBeGreaterThan(0.85 * 480 * (minutes / 10));
  },
  120_000,
);

test('history stops at 70 % and live still gets its turn at once', async () => {
  const clock = createClock();
  const portal = createFakePortal(clock);
  const budgets = createMemoryBudgets();
  const history = sendUntil(clock.now() + 9 * 60_000, clock, pacingOf(clock, budgets), portal, {
    size: 50,
    costMs: () => 100,
    lane: 'history',
  });
  await clock.run(history);
  expect(portal.seen.usedPeak).toBeGreaterThan(0.6 * 480);
  expect(portal.seen.usedPeak).toBeLessThanOrEqual(0.7 * 480 + 10);
  const beforeMs = clock.now();
  await clock.run(pacingOf(clock, budgets).acquire({ lane: 'live', commands: [COMMENT] }));
  expect(clock.now() - beforeMs).toBeLessThan(10);
});

test('an Enterprise portal gets its faster pace in every process', async () => {
  const clock = createClock();
  const portal = createFakePortal(clock, { drainPerSecond: 5, burst: 250 });
  const budgets = createMemoryBudgets();
  await clock.run(pacingOf(clock, budgets).notePlan('enterprise'));
  const senders = [1, 2].map(() =>
    sendUntil(clock.now() + 120_000, clock, pacingOf(clock, budgets), portal, { size: 1, costMs: () => 5 }),
  );
  await clock.run(Promise.all(senders));
  expect(portal.seen.refused).toBe(0);
  expect(portal.seen.requests).toBeGreaterThan(0.95 * (225 + 5 * 120));
});

test('a longer wait is handed back with its length, not slept away', async () => {
  const clock = createClock();
  const pacing = pacingOf(clock, createMemoryBudgets());
  const heavy = Array.from({ length: 50 }, () => 'crm.item.add');
  let error: unknown;
  const work = (async () => {
    for (let sent = 0; sent < 50; sent += 1) await pacing.acquire({ lane: 'live', commands: heavy });
  })().catch((reason: unknown) => (error = reason));
  await clock.run(work);
  expect(error).toMatchObject({
    name: 'WaitUntilError',
    scope: 'method',
    method: 'crm.item.add',
  });
  expect((error as WaitUntilError).retryAfterMs).toBeGreaterThan(60_000);
  expect(clock.now() - BEGIN_MS).toBeLessThan(4_000);
});

test('a portal without the limiter is limited by its bucket only', async () => {
  const clock = createClock();
  const pacing = pacingOf(clock, createMemoryBudgets());
  const commands = Array.from({ length: 50 }, () => COMMENT);
  const work = (async () => {
    for (let sent = 0; sent < 200; sent += 1) {
      const permit = await pacing.acquire({ lane: 'live', commands });
      const time = { finishMs: clock.now(), durationMs: 200, operatingMs: null, operatingResetAtMs: null };
      await permit.answered({ envelope: time, commands: commands.map((method) => ({ method, time })) });
    }
  })();
  await clock.run(work);
  expect(clock.now() - BEGIN_MS).toBeLessThan(80_000);
});

test('what the portal itself asks us to wait is obeyed, and longer each time', async () => {
  const clock = createClock();
  const budgets = createMemoryBudgets();
  const [one, other] = [pacingOf(clock, budgets), pacingOf(clock, budgets)];
  const refusal = new WaitUntilError({ code: 'QUERY_LIMIT_EXCEEDED', scope: 'requests', retryAfterMs: 500 });
  const waits: number[] = [];
  const work = (async () => {
    for (let time = 0; time < 3; time += 1) {
      const permit = await one
        .acquire({ lane: 'live', commands: [COMMENT] })
        .catch(async (error: WaitUntilError) => {
          await clock.sleep(error.retryAfterMs);
          return one.acquire({ lane: 'live', commands: [COMMENT] });
        });
      await permit.refused(refusal, 'batch');
      const beforeMs = clock.now();
      const next = await other
        .acquire({ lane: 'live', commands: [COMMENT] })
        .catch(async (error: WaitUntilError) => {
          await clock.sleep(error.retryAfterMs);
          return other.acquire({ lane: 'live', commands: [COMMENT] });
        });
      waits.push(clock.now() - beforeMs);
      await next.refund();
    }
  })();
  await clock.run(work);
  expect(waits[0]).toBeGreaterThanOrEqual(1_000);
  expect(waits[2]).toBeGreaterThanOrEqual(4_000);
});

test('a method that ran out of time is left alone by all until the portal gives it back', async () => {
  const clock = createClock();
  const budgets = createMemoryBudgets();
  const one = pacingOf(clock, budgets);
  const refusal = new WaitUntilError({ code: 'OPERATION_TIME_LIMIT', scope: 'method', retryAfterMs: 60_000 });
  await clock.run(one.noteRefusal(refusal, COMMENT));
  const other = pacingOf(clock, budgets);
  await expect(other.acquire({ lane: 'live', commands: [COMMENT] })).rejects.toMatchObject({
    method: COMMENT,
    retryAfterMs: 60_000,
  });
  await clock.run(other.acquire({ lane: 'live', commands: ['crm.item.list'] }));
});

test('a request that was never answered stays charged; one that was not sent is given back', async () => {
  const clock = createClock();
  const budgets = createMemoryBudgets();
  const pacing = pacingOf(clock, budgets);
  const used = () =>
    budgets
      .state('p')
      ?.methods.find(({ method }) => method === COMMENT)
      ?.baskets.reduce((sum, b) => sum + b.usedMs, 0);
  const permit = await pacing.acquire({ lane: 'live', commands: [COMMENT, COMMENT] });
  expect(used()).toBe(300);
  await permit.refund();
  expect(used() ?? 0).toBe(0);
  expect(budgets.state('p')?.requests.level).toBe(0);
  await pacing.acquire({ lane: 'live', commands: [COMMENT] });
  await clock.run(clock.sleep(5 * 60_000));
  await pacing.acquire({ lane: 'live', commands: ['app.info'] });
  expect(used()).toBe(150);
  expect(budgets.state('p')?.reservations).toHaveLength(1);
});

test('what is still under way stays charged when another answer does not count it yet', async () => {
  const clock = createClock();
  const budgets = createMemoryBudgets();
  const pacing = pacingOf(clock, budgets);
  const commands = Array.from({ length: 10 }, () => COMMENT);
  const first = await pacing.acquire({ lane: 'live', commands });
  const second = await pacing.acquire({ lane: 'live', commands });
  const time = { finishMs: clock.now(), durationMs: 100, operatingMs: 1_000, operatingResetAtMs: null };
  await first.answered({ envelope: time, commands: commands.map((method) => ({ method, time })) });
  const used = () => budgets.state('p')?.methods.find(({ method }) => method === COMMENT)?.baskets[0]?.usedMs;
  expect(used()).toBe(1_000 + 1_500);
  const later = { ...time, operatingMs: 2_000 };
  await second.answered({ envelope: later, commands: commands.map((method) => ({ method, time: later })) });
  expect(used()).toBe(2_000);
});

test('an answer that reaches us late gives nothing back that a later one was charged', async () => {
  const clock = createClock();
  const budgets = createMemoryBudgets();
  const pacing = pacingOf(clock, budgets);
  const commands = Array.from({ length: 10 }, () => COMMENT);
  const first = await pacing.acquire({ lane: 'live', commands });
  const second = await pacing.acquire({ lane: 'live', commands });
  const finishMs = clock.now();
  const report = (facts: { finishMs: number; operatingMs: number }) => {
    const time = { durationMs: 150, operatingResetAtMs: null, ...facts };
    return { envelope: time, commands: commands.map((method) => ({ method, time })) };
  };
  await second.answered(report({ finishMs: finishMs + 2, operatingMs: 3_000 }));
  await first.answered(report({ finishMs: finishMs + 1, operatingMs: 1_500 }));
  const used = () => budgets.state('p')?.methods.find(({ method }) => method === COMMENT)?.baskets[0]?.usedMs;
  expect(used()).toBe(3_000);
  const third = await pacing.acquire({ lane: 'live', commands });
  await third.answered(report({ finishMs: finishMs + 3, operatingMs: 1_000 }));
  expect(used()).toBe(1_000);
});

test('a stamp far in the future, of a broken clock, does not stop the portal', async () => {
  const clock = createClock();
  const budgets = createMemoryBudgets();
  const ahead = pacingOf(clock, budgets, 3_600_000);
  for (let sent = 0; sent < 45; sent += 1) await ahead.acquire({ lane: 'live', commands: ['app.info'] });
  const pacing = pacingOf(clock, budgets);
  await clock.run(pacing.acquire({ lane: 'live', commands: ['app.info'] }));
  expect(clock.now() - BEGIN_MS).toBeLessThan(3_000);
});

test('an abort ends the wait', async () => {
  const clock = createClock();
  const pacing = pacingOf(clock, createMemoryBudgets());
  for (let sent = 0; sent < 45; sent += 1) await pacing.acquire({ lane: 'live', commands: ['app.info'] });
  const controller = new AbortController();
  const waiting = pacing.acquire({ lane: 'live', commands: ['app.info'], signal: controller.signal });
  controller.abort();
  const outcome = expect(waiting).rejects.toMatchObject({ name: 'PortalUnreachableError', code: 'ABORTED' });
  await clock.run(waiting.catch(() => undefined));
  await outcome;
});

test('whatever is acquired, answered, refunded or forgotten, the count is never negative nor over the line', async () => {
  const action = fc.record({
    size: fc.integer({ min: 1, max: 50 }),
    end: fc.constantFrom('answer', 'refund', 'forget'),
    restMs: fc.integer({ min: 0, max: 90_000 }),
    costMs: fc.integer({ min: 1, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const clock = createClock();
      const budgets = createMemoryBudgets();
      const portal = createFakePortal(clock);
      const pacing = pacingOf(clock, budgets);
      const work = (async () => {
        for (const { size, end, restMs, costMs } of actions) {
          const commands = Array.from({ length: size }, () => COMMENT);
          const permit = await pacing.acquire({ lane: 'live', commands }).catch(() => null);
          const report = permit && end !== 'refund' ? await portal.batch(commands, () => costMs) : null;
          if (permit && end === 'refund') await permit.refund();
          if (permit && report && end === 'answer') await permit.answered(report);
          await clock.sleep(restMs);
        }
      })();
      await clock.run(work);
      expect(portal.seen).toMatchObject({ refused: 0, blocked: 0 });
      const state = budgets.state('p');
      const used = state?.methods.flatMap(({ baskets }) => baskets.map(({ usedMs }) => usedMs)) ?? [];
      expect(Math.min(0, ...used, state?.requests.level ?? 0)).toBe(0);
    }),
    { numRuns: 25 },
  );
});
