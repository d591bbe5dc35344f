import type { WorkflowHandle } from '@temporalio/client';
import type { RoundResult } from '../../workflows/link-state';
import {
  backUpNowSignal,
  messagesArrivedSignal,
  pauseSignal,
  resumeSignal,
  statusQuery,
  unlinkUpdate,
} from '../../workflows/messages';
import { beginLink, callsOf, env, minuteMs, quietRound, usePlots, type Steps } from '../scenes/plots';
import { eventually } from '../scenes/product';

usePlots();

const secondsOf = (name: keyof Steps, since = 0) =>
  callsOf(name).map(({ atMs }) => Math.round((atMs - since) / 1_000));
const unfinished = { finished: false, retryAfterMs: null, state: 'unlinking' } as const;
const pausedRound: RoundResult = { ...quietRound, rhythm: 'paused' };

/** A paused link that waits, as its second round left it. */
async function beginPaused(steps: Steps): Promise<WorkflowHandle> {
  const handle = await beginLink({ uploadMessages: () => pausedRound, ...steps });
  await eventually('the pause', async () => (await handle.query(statusQuery)).rhythm === 'paused');
  return handle;
}

/** Asks for the link's end as the API does, which does not wait for it. */
const askForEnd = (handle: WorkflowHandle) =>
  handle.startUpdate(unlinkUpdate, { waitForStage: 'ACCEPTED' }).catch(() => undefined);

test('a paused link tries its unfinished change with a pause that grows', async () => {
  const handle = await beginPaused({ changeLink: () => unfinished });
  await askForEnd(handle);
  await eventually('the first try', () => callsOf('changeLink').length > 0);
  const [first] = callsOf('changeLink');
  await env.sleep('55 minutes');
  const grown = [0, 10, 30, 70, 150, 310, 630, 1_270, 2_170, 3_070];
  const tried = secondsOf('changeLink', first?.atMs);
  expect(tried).toHaveLength(grown.length);
  tried.forEach((second, index) => expect(Math.abs(second - (grown[index] ?? 0))).toBeLessThan(15));
});

test('a change is not tried sooner than the portal allows, nor later for being paused', async () => {
  const handle = await beginPaused({ changeLink: () => ({ ...unfinished, retryAfterMs: 5 * minuteMs }) });
  await askForEnd(handle);
  await eventually('the first try', () => callsOf('changeLink').length > 0);
  await env.sleep('11 minutes');
  expect(callsOf('changeLink')).toHaveLength(3);
});

test.each(['rounds', 'paused'] as const)(
  'a wake during an unfinished change of a link in rhythm %s costs one try',
  async (rhythm) => {
    const handle = await beginLink({
      uploadMessages: () => ({ ...quietRound, rhythm, changeWaits: true, state: 'unlinking' }),
      changeLink: () => unfinished,
    });
    await env.sleep('45 minutes');
    for (const signal of [backUpNowSignal, messagesArrivedSignal, resumeSignal, pauseSignal]) {
      const before = callsOf('changeLink').length;
      await handle.signal(signal);
      await env.sleep('20 seconds');
      expect(callsOf('changeLink').length - before).toBe(signal === pauseSignal ? 0 : 1);
    }
    expect(callsOf('uploadMessages')).toHaveLength(1);
  },
);

test('a link that fails to change while the store is away is tried with the same pause', async () => {
  const handle = await beginPaused({ changeLink: () => Promise.reject(new Error('away')) });
  await askForEnd(handle);
  await env.sleep('30 minutes');
  const tries = callsOf('changeLink').filter(({ attempt }) => attempt === 1);
  expect(tries.length).toBeGreaterThanOrEqual(6);
  expect(tries.length).toBeLessThanOrEqual(9);
  expect((await handle.query(statusQuery)).attention).not.toBeNull();
});

test('a paused link that is woken looks once whether a change is saved, and has no round', async () => {
  const handle = await beginPaused({});
  const rounds = callsOf('uploadMessages').length;
  for (const signal of [messagesArrivedSignal, backUpNowSignal]) {
    await handle.signal(signal);
    await env.sleep('1 minute');
  }
  await env.sleep('10 hours');
  expect(callsOf('changeLink')).toHaveLength(2);
  expect(callsOf('uploadMessages')).toHaveLength(rounds);
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'paused', state: 'linked' });
});

test('the saved end of a paused link, of which no update ever told, is carried out when it is woken', async () => {
  let state: RoundResult['state'] = 'linked';
  const handle = await beginPaused({
    uploadMessages: () => ({ ...pausedRound, state }),
    changeLink: () => {
      state = 'unlinked';
      return { finished: true, retryAfterMs: null, state };
    },
  });
  await handle.signal(messagesArrivedSignal);
  await eventually('the end of the run', async () => (await handle.describe()).status.name === 'COMPLETED');
  expect(callsOf('changeLink')).toHaveLength(1);
  expect(await handle.query(statusQuery)).toMatchObject({ state: 'unlinked' });
});

test('a workflow that is started for a saved end goes on until that is carried out', async () => {
  const handle = await beginLink({
    lookUpContact: () => ({ kind: 'not-pending' }),
    recordLink: () => ({ linked: false }),
    changeLink: (nth) => (nth < 4 ? unfinished : { finished: true, retryAfterMs: null, state: 'unlinked' }),
  });
  await env.sleep('5 minutes');
  await eventually('the end of the run', async () => (await handle.describe()).status.name === 'COMPLETED');
  expect(callsOf('changeLink')).toHaveLength(4);
});

test('a change asked for while another is carried out is carried out too', async () => {
  const handle = await beginPaused({
    changeLink: async (nth) => {
      if (nth === 1) await askForEnd(handle);
      return { finished: true, retryAfterMs: null, state: 'linked' } as never;
    },
  });
  await askForEnd(handle);
  await eventually('the second one', () => callsOf('changeLink').length === 2);
});

test('a link that waits to be established does not try without a pause because its end is asked for', async () => {
  const handle = await beginLink({ lookUpContact: () => Promise.reject(new Error('away')) });
  await env.sleep('20 seconds');
  await askForEnd(handle);
  await env.sleep('10 minutes');
  const tries = callsOf('lookUpContact').filter(({ attempt }) => attempt === 1);
  expect(tries.length).toBeLessThanOrEqual(12);
});

test('a pause that comes while a link parks holds', async () => {
  const handle = await beginLink({
    uploadMessages: () => ({ ...quietRound, parkAfterQuietRounds: 1 }),
    parkLink: async () => {
      await handle.signal(pauseSignal);
      return true as never;
    },
  });
  await env.sleep('1 minute');
  expect(await handle.query(statusQuery)).toMatchObject({ rhythm: 'paused' });
});
