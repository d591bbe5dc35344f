import { ApplicationFailure } from '@temporalio/common';
import {
  backUpNowSignal,
  messagesArrivedSignal,
  pauseSignal,
  resumeSignal,
  statusQuery,
  unlinkUpdate,
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
  runIdOf,
  usePlots,
  type Steps,
} from '../scenes/plots';

usePlots();

const awaited = { ...quietRound, awaits: true, untilNextMs: 3 * minuteMs };

type Tries = NonNullable<Steps['awaitMessages']>;

/** As a link's quiet rounds go: each try but the last finds nothing. */
const quietUntil =
  (last: number, answer: ReturnType<Tries>): Tries =>
  (nth) => {
    if (nth === last) return answer;
    return Promise.reject(
      ApplicationFailure.create({ type: 'nothing_waits', message: 'no fault', nextRetryDelay: 3 * minuteMs }),
    );
  };

const isLooking = () => eventually('the first try', () => callsOf('awaitMessages').length > 0);

async function eventsOf(): Promise<string[]> {
  const { events } = await env.client.workflow.getHandle(id).fetchHistory();
  return (events ?? []).flatMap((event) =>
    Object.keys(event).filter((key) => key.endsWith('Attributes') && event[key as keyof typeof event]),
  );
}

test('quiet rounds are tries of one activity, without a timer, an event or a step each, until something waits', async () => {
  await beginLink({ checkLink: () => awaited, awaitMessages: quietUntil(11, null) });
  await isLooking();
  const before = (await eventsOf()).length;
  await env.sleep('28 minutes');
  expect(minutesOf('awaitMessages')).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect(await eventsOf()).toHaveLength(before);
  expect(await eventsOf()).not.toContain('timerStartedEventAttributes');
  await env.sleep('3 minutes');
  await eventually('the whole round', () => rounds() === 1);
  expect(minutesOf('uploadMessages')).toEqual([30]);
  expect(callsOf('checkLink')).toHaveLength(1);
});

test('enough quiet rounds park the link, whoever made them', async () => {
  const parkAfterQuietRounds = 20;
  const handle = await beginLink({
    checkLink: () => ({ ...awaited, parkAfterQuietRounds }),
    awaitMessages: quietUntil(20, { ...awaited, parkAfterQuietRounds, quietRounds: 19 }),
  });
  await env.sleep('10 hours');
  expect(minutesOf('awaitMessages').at(-1)).toBe(57);
  expect(minutesOf('parkLink')).toEqual([57]);
  expect(callsOf('uploadMessages')).toEqual([]);
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'parked', nextRoundAt: null });
  await handle.signal(messagesArrivedSignal);
  await eventually('a look after the wake', () => callsOf('checkLink').length === 2);
});

test('a link that never parks goes on quietly, and its status is of the rounds that answered', async () => {
  const handle = await beginLink({
    checkLink: () => awaited,
    awaitMessages: quietUntil(20, { ...awaited, quietRounds: 20, lastSyncAt: '2026-11-25T13:00:00.000Z' }),
  });
  await env.sleep('65 minutes');
  expect(callsOf('awaitMessages').length).toBeGreaterThan(20);
  expect(callsOf('checkLink')).toHaveLength(1);
  expect((await handle.query(statusQuery)).lastSyncAt).toBe('2026-11-25T13:00:00.000Z');
});

test.each([
  ['a round asked for now', backUpNowSignal],
  ['a message that arrived', messagesArrivedSignal],
])('%s is not left waiting for the next try', async (_what, signal) => {
  let isThere = false;
  const handle = await beginLink({
    checkLink: () => (isThere ? null : awaited),
    uploadMessages: () => ({ ...awaited, quiet: false, delivered: 1, messagesBackedUp: 4 }),
    awaitMessages: quietUntil(99, null),
  });
  await isLooking();
  await env.sleep('4 minutes');
  isThere = true;
  await handle.signal(signal);
  await eventually('the round', () => rounds() === 1);
  expect(minutesOf('uploadMessages')).toEqual([4]);
  isThere = false;
  await env.sleep('7 minutes');
  expect(minutesOf('awaitMessages')).toEqual([0, 3, 4, 7, 10]);
});

test('a pause ends the tries, and a resume brings a round at once', async () => {
  let paused = false;
  const handle = await beginLink({
    checkLink: () => (paused ? null : awaited),
    uploadMessages: () => ({ ...awaited, rhythm: paused ? 'paused' : 'rounds' }),
    awaitMessages: quietUntil(999, null),
  });
  await isLooking();
  await env.sleep('4 minutes');
  paused = true;
  await handle.signal(pauseSignal);
  await eventually('the pause', async () => (await handle.query(statusQuery)).rhythm === 'paused');
  await env.sleep('1 minute');
  const before = callsOf('awaitMessages').length;
  await env.sleep('10 hours');
  expect(callsOf('awaitMessages')).toHaveLength(before);
  paused = false;
  await handle.signal(resumeSignal);
  await eventually('the tries go on', () => callsOf('awaitMessages').length === before + 1);
  expect(callsOf('checkLink').length).toBeGreaterThanOrEqual(2);
});

test('the end of a link does not wait for the next try', async () => {
  const handle = await beginLink({
    checkLink: (nth) => (nth === 1 ? awaited : null),
    changeLink: () => ({ finished: true, retryAfterMs: null, state: 'unlinked' }),
    uploadMessages: () => ({ ...awaited, state: 'unlinked' }),
    awaitMessages: quietUntil(999, null),
  });
  await isLooking();
  await env.sleep('4 minutes');
  await handle.executeUpdate(unlinkUpdate);
  expect(minutesOf('changeLink')).toEqual([4]);
  await handle.result();
  expect(callsOf('awaitMessages')).toHaveLength(2);
});

test('a try that dies is made again soon, and a run goes on in the next one with quiet rounds, too', async () => {
  const handle = await beginLink({
    checkLink: () => awaited,
    awaitMessages: (nth) =>
      nth === 1
        ? Promise.reject(new Error('its worker died'))
        : { ...awaited, quietRounds: 1, messagesBackedUp: nth },
  });
  const firstRun = await runIdOf(handle);
  await eventually('the next run', async () => (await runIdOf(handle)) !== firstRun);
  expect(callsOf('awaitMessages')[1]?.atMs).toBeLessThan(minuteMs);
  expect(callsOf('awaitMessages').length).toBeGreaterThanOrEqual(30);
  expect(callsOf('lookUpContact')).toHaveLength(1);
});
