import {
  backUpNowSignal,
  lastSyncTimeQuery,
  linkUpdate,
  messagesArrivedSignal,
  pauseSignal,
  resumeSignal,
  statusQuery,
} from '../../workflows/messages';
import { eventually } from '../scenes/product';
import {
  minuteMs,
  env,
  id,
  quietRound,
  beginLink,
  callsOf,
  minutesOf,
  rounds,
  every3Minutes,
  runIdOf,
  fail,
  usePlots,
} from '../scenes/plots';

usePlots();

test('a resume that comes while a round still reads the pause holds', async () => {
  const handle = await beginLink({
    uploadMessages: async (nth) => {
      if (nth > 1) return quietRound as never;
      const own = env.client.workflow.getHandle(id);
      await own.signal(pauseSignal);
      await own.signal(resumeSignal);
      return { ...quietRound, rhythm: 'paused' } as never;
    },
  });
  await eventually('the round after it', () => rounds() >= 2);
  expect((await handle.query(statusQuery)).rhythm).toBe('rounds');
});

test('a link has a round every three minutes: twenty in an hour', async () => {
  const handle = await beginLink();
  await env.sleep('59 minutes');
  expect(minutesOf('uploadMessages')).toEqual(every3Minutes(20));
  expect(minutesOf('lookUpContact')).toEqual([0]);
  expect(minutesOf('recordLink')).toEqual([0]);
  expect(callsOf('createContact')).toEqual([]);
  const status = await handle.query(statusQuery);
  expect(status).toMatchObject({ linkId: id, state: 'linked', rhythm: 'rounds', messagesBackedUp: 3 });
  const untilNextMs = new Date(status.nextRoundAt ?? 0).getTime() - (await env.currentTimeMs());
  expect(untilNextMs).toBeGreaterThan(0);
  expect(untilNextMs).toBeLessThanOrEqual(3 * minuteMs);
  expect(await handle.query(lastSyncTimeQuery)).toBe(quietRound.lastSyncAt);
});

test('a round for which nothing waits is done without a step of its own, and what waits gets one', async () => {
  const handle = await beginLink({
    checkLink: (nth) => (nth === 3 ? null : { ...quietRound, messagesBackedUp: nth }),
  });
  await env.sleep('10 minutes');
  expect(minutesOf('checkLink')).toEqual([0, 3, 6, 9]);
  expect(minutesOf('uploadMessages')).toEqual([6]);
  expect(await handle.query(statusQuery)).toMatchObject({ messagesBackedUp: 4, attention: null });
});

test('a check that fails costs nothing: the round itself looks', async () => {
  const handle = await beginLink({ checkLink: () => fail('store_unavailable') });
  await env.sleep('4 minutes');
  expect(minutesOf('uploadMessages')).toEqual([0, 3]);
  expect((await handle.query(statusQuery)).attention).toBeNull();
});

test('a round asked for now comes at once, and the next one three minutes after it', async () => {
  const handle = await beginLink();
  await env.sleep('1 minute');
  await handle.signal(backUpNowSignal);
  await eventually('the round asked for', () => rounds() === 2);
  await env.sleep('150 seconds');
  expect(rounds()).toBe(2);
  await env.sleep('45 seconds');
  expect(minutesOf('uploadMessages')).toEqual([0, 1, 4]);
});

test('a round asked for during a round follows it at once', async () => {
  await beginLink({
    uploadMessages: async (nth) => {
      if (nth === 2) await env.client.workflow.getHandle(id).signal(backUpNowSignal);
      return quietRound as never;
    },
  });
  await env.sleep('7 minutes');
  expect(minutesOf('uploadMessages')).toEqual([0, 3, 3, 6]);
});

test('what can go on sooner is not left waiting for the interval', async () => {
  await beginLink({ uploadMessages: (nth) => ({ ...quietRound, retryAfterMs: nth === 1 ? 20_000 : null }) });
  await env.sleep('5 minutes');
  const tensOfSeconds = callsOf('uploadMessages').map(({ atMs }) => Math.round(atMs / 10_000));
  expect(tensOfSeconds).toEqual([0, 2, 20]);
});

test('a run goes on in the next one after thirty rounds, with its status and without a gap', async () => {
  const handle = await beginLink();
  const firstRun = await runIdOf(handle);
  await env.sleep('89 minutes');
  expect(await runIdOf(handle)).toBe(firstRun);
  expect(rounds()).toBe(30);
  await env.sleep('6 minutes');
  expect(await runIdOf(handle)).not.toBe(firstRun);
  expect(minutesOf('uploadMessages')).toEqual(every3Minutes(32));
  expect(callsOf('lookUpContact')).toHaveLength(1);
  expect(await handle.query(statusQuery)).toMatchObject({
    state: 'linked',
    messagesBackedUp: 3,
    lastSyncAt: quietRound.lastSyncAt,
  });
  expect(await handle.executeUpdate(linkUpdate)).toEqual({ outcome: 'linked', reviewId: null });
});

test('a round asked for in the last round of a run is the first of the next run', async () => {
  const handle = await beginLink({
    uploadMessages: async (nth) => {
      if (nth === 30) await env.client.workflow.getHandle(id).signal(backUpNowSignal);
      return quietRound as never;
    },
  });
  const firstRun = await runIdOf(handle);
  await env.sleep('88 minutes');
  await eventually('the next run', async () => (await runIdOf(handle)) !== firstRun);
  await eventually('its first round', () => rounds() === 31);
  expect(minutesOf('uploadMessages').slice(29)).toEqual([87, 87]);
});

test('a pause in the last round of a run still holds in the next one', async () => {
  let paused = false;
  const handle = await beginLink({
    uploadMessages: async (nth) => {
      if (nth === 30) {
        paused = true;
        await env.client.workflow.getHandle(id).signal(pauseSignal);
      }
      return { ...quietRound, rhythm: paused ? 'paused' : 'rounds' } as never;
    },
  });
  await env.sleep('4 hours');
  expect(rounds()).toBeLessThanOrEqual(31);
  expect(await handle.query(statusQuery)).toMatchObject({
    state: 'linked',
    rhythm: 'paused',
    nextRoundAt: null,
  });
});

test('a paused link has no rounds until it is resumed, and then one at once', async () => {
  let paused = false;
  const handle = await beginLink({
    uploadMessages: () => ({ ...quietRound, rhythm: paused ? 'paused' : 'rounds' }),
  });
  await env.sleep('4 minutes');
  paused = true;
  await handle.signal(pauseSignal);
  await eventually('the pause', async () => (await handle.query(statusQuery)).rhythm === 'paused');
  await env.sleep('1 minute');
  const before = rounds();
  expect(before).toBeLessThanOrEqual(3);
  await env.sleep('10 hours');
  await handle.signal(backUpNowSignal);
  await handle.signal(messagesArrivedSignal);
  await env.sleep('10 minutes');
  expect(rounds()).toBe(before);
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'paused', nextRoundAt: null });
  paused = false;
  await handle.signal(resumeSignal);
  await eventually('the round after the pause', () => rounds() === before + 1);
  await env.sleep('190 seconds');
  expect(rounds()).toBe(before + 2);
});

test('a pause during a round holds, also when the round read the link before it', async () => {
  const handle = await beginLink({
    uploadMessages: async (nth) => {
      if (nth === 2) await env.client.workflow.getHandle(id).signal(pauseSignal);
      return quietRound as never;
    },
  });
  await env.sleep('1 hour');
  expect(rounds()).toBe(2);
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'paused', nextRoundAt: null });
});

test('a link with enough quiet rounds parks, costs nothing, and is woken by what arrives', async () => {
  let arrived = false;
  const handle = await beginLink({
    uploadMessages: () => ({
      ...quietRound,
      parkAfterQuietRounds: 3,
      ...(arrived && { quiet: false, delivered: 1, messagesBackedUp: 4 }),
    }),
  });
  await env.sleep('10 hours');
  expect(minutesOf('uploadMessages')).toEqual([0, 3, 6]);
  expect(minutesOf('parkLink')).toEqual([6]);
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'parked', nextRoundAt: null });
  arrived = true;
  await handle.signal(messagesArrivedSignal);
  await eventually('the round', () => rounds() === 4);
  await env.sleep('185 seconds');
  expect(rounds()).toBe(5);
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'rounds', messagesBackedUp: 4 });
});

test('a link that something arrived for while it parked goes on with its rounds', async () => {
  await beginLink({
    uploadMessages: () => ({ ...quietRound, parkAfterQuietRounds: 1 }),
    parkLink: (nth) => nth > 1,
  });
  await env.sleep('1 hour');
  expect(minutesOf('uploadMessages')).toEqual([0, 3]);
  expect(callsOf('parkLink')).toHaveLength(2);
});
