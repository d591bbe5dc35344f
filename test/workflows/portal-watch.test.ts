import { sweepNowSignal, watchStatusQuery } from '../../workflows/messages';
import { eventually } from '../scenes/product';
import {
  minuteMs,
  env,
  id,
  scripts,
  quietSweep,
  usual,
  beginWatch,
  callsOf,
  minutesOf,
  every3Minutes,
  runIdOf,
  fail,
  usePlots,
} from '../scenes/plots';
import { awayFromTimers } from '../scenes/timers';

usePlots();

test('a portal is swept on its interval and at once when asked', async () => {
  const handle = await beginWatch({
    sweepPortal: () => ({
      messagesRouted: 1,
      linksWoken: 2,
      hasBacklog: false,
      intervalMs: 3 * minuteMs,
    }),
  });
  await env.sleep('7 minutes');
  expect(minutesOf('sweepPortal')).toEqual([0, 3, 6]);
  await handle.signal(sweepNowSignal);
  await eventually(
    'the sweep asked for',
    async () => (await handle.query(watchStatusQuery)).linksWoken === 8,
  );
  expect(callsOf('sweepPortal')).toHaveLength(4);
  expect(await handle.query(watchStatusQuery)).toMatchObject({
    portalId: id,
    attention: null,
    messagesRouted: 4,
  });
});

test('a sweep follows the CRM before it links newcomers, and goes on at once while there is more', async () => {
  const handle = await beginWatch({
    followCrm: (nth) => ({ changed: 10, doubts: 1, more: nth < 3 }),
    resolveDoubts: () => ({ moved: 1, restored: 0, reviewed: 0 }),
    linkNewcomers: (nth) => ({ linked: 5, created: 1, reviewed: 0, more: nth < 2 }),
  });
  await env.sleep('1 minute');
  expect(scripts.get(id)?.calls.map((call) => call.step)).toEqual([
    'sweepPortal',
    ...['followCrm', 'followCrm', 'followCrm'],
    'resolveDoubts',
    ...['linkNewcomers', 'linkNewcomers'],
  ]);
  expect(await handle.query(watchStatusQuery)).toMatchObject({
    contactsFollowed: 30,
    linksMoved: 1,
    newcomersLinked: 10,
    contactsCreated: 2,
    attention: null,
  });
});

test('a backlog is drained portion by portion beside the following of the CRM, until there is no more', async () => {
  const handle = await beginWatch({
    sweepPortal: (nth) => ({ ...quietSweep, hasBacklog: nth === 1 }),
    drainPortal: (nth) => ({ delivered: 100, goOnAfterMs: nth < 3 ? 0 : null }),
  });
  await env.sleep('4 minutes');
  expect(minutesOf('drainPortal')).toEqual([0, 0, 0]);
  expect(minutesOf('sweepPortal')).toEqual([0, 3]);
  expect(callsOf('followCrm')).toHaveLength(2);
  expect(await handle.query(watchStatusQuery)).toMatchObject({ entriesDrained: 300 });
});

test('a drain that has to wait goes on after its time, and leaves the sweep its turn', async () => {
  await beginWatch({
    sweepPortal: () => ({ ...quietSweep, hasBacklog: true }),
    drainPortal: () => ({ delivered: 0, goOnAfterMs: minuteMs }),
  });
  await env.sleep('5 minutes');
  expect(minutesOf('sweepPortal')).toEqual([0, 3]);
  expect(minutesOf('drainPortal')).toEqual([0, 1, 2, 3, 4, 5].slice(0, callsOf('drainPortal').length));
  expect(callsOf('drainPortal').length).toBeGreaterThanOrEqual(5);
});

test('an outage of the CRM does not end the drain, which finds out when it is over', async () => {
  const handle = await beginWatch({
    sweepPortal: () => ({ ...quietSweep, hasBacklog: true }),
    followCrm: () => fail('portal_unreachable', true),
    drainPortal: (nth) => ({ delivered: nth < 4 ? 0 : 50, goOnAfterMs: nth < 4 ? 15_000 : null }),
  });
  await env.sleep('2 minutes');
  expect(callsOf('drainPortal')).toHaveLength(4);
  expect(await handle.query(watchStatusQuery)).toMatchObject({
    entriesDrained: 50,
    attention: { code: 'portal_unreachable' },
  });
});

test('work without end leaves the sweep its turn', async () => {
  await beginWatch({ followCrm: () => ({ changed: 1, doubts: 0, more: true }) });
  await env.sleep('4 minutes');
  expect(minutesOf('sweepPortal')).toEqual([0, 3]);
  expect(callsOf('linkNewcomers')).toHaveLength(2);
});

test('an outage of the CRM is told and does not stop our own sweep', async () => {
  let down = true;
  const handle = await beginWatch({
    followCrm: () => (down ? fail('portal_unreachable') : usual.followCrm(0)),
  });
  await env.sleep('10 minutes');
  expect(callsOf('sweepPortal').length).toBeGreaterThanOrEqual(4);
  const status = await handle.query(watchStatusQuery);
  expect(status.attention).toMatchObject({ code: 'portal_unreachable' });
  expect(status.lastSweepAt).not.toBeNull();
  down = false;
  await env.sleep('4 minutes');
  expect((await handle.query(watchStatusQuery)).attention).toBeNull();
});

test('a sweep that fails is told, tried again, and forgotten when one succeeds', async () => {
  let down = true;
  const handle = await beginWatch({
    sweepPortal: () => (down ? fail('store_unavailable') : usual.sweepPortal(0)),
  });
  await env.sleep('10 minutes');
  expect((await handle.query(watchStatusQuery)).attention).toMatchObject({ code: 'store_unavailable' });
  expect(callsOf('sweepPortal').length).toBeLessThanOrEqual(11 * 4);
  down = false;
  await env.sleep('2 minutes');
  const status = await handle.query(watchStatusQuery);
  expect(status.attention).toBeNull();
  expect(status.lastSweepAt).not.toBeNull();
});

test('a watch says that it has just begun until a sweep of it has ended, and never again', async () => {
  let down = true;
  const inputs: object[] = [];
  await beginWatch({ sweepPortal: () => (down ? fail('store_unavailable') : usual.sweepPortal(0)) });
  const script = scripts.get(id);
  if (script) script.inputs = inputs;
  const saying = () => inputs.filter((input) => 'isFirst' in input).length;
  await env.sleep('10 minutes');
  const failed = inputs.length;
  expect(failed).toBeGreaterThan(0);
  expect(saying()).toBe(failed);
  down = false;
  await env.sleep('10 minutes');
  expect(saying()).toBe(failed + 1);
  expect(callsOf('sweepPortal').length).toBeGreaterThan(failed + 2);
});

test('a watch goes on in the next run with its counts', async () => {
  const handle = await beginWatch({
    sweepPortal: () => ({
      messagesRouted: 0,
      linksWoken: 1,
      hasBacklog: false,
      intervalMs: 3 * minuteMs,
    }),
  });
  const firstRun = await runIdOf(handle);
  await env.sleep('154 minutes');
  expect(await runIdOf(handle)).not.toBe(firstRun);
  expect(minutesOf('sweepPortal')).toEqual(every3Minutes(52));
  expect(await handle.query(watchStatusQuery)).toMatchObject({ linksWoken: 52 });
});

test('a sweep asked for at the moment when one is due is not lost, and the watch goes on', async () => {
  const handle = await beginWatch();
  await env.sleep('1 minute');
  for (let msBefore = 0; msBefore < 12; msBefore += 1) {
    const { nextSweepAt } = await handle.query(watchStatusQuery);
    await env.sleep(
      Math.max(0, new Date(nextSweepAt ?? 0).getTime() - (await env.currentTimeMs()) - msBefore),
    );
    const before = callsOf('sweepPortal').length;
    await awayFromTimers(env, handle);
    await handle.signal(sweepNowSignal);
    await eventually('the sweep asked for', () => callsOf('sweepPortal').length > before);
  }
});
