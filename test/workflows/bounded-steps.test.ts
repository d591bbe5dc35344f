import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import {
  backUpNowSignal,
  changeContactUpdate,
  messagesArrivedSignal,
  pauseSignal,
  resumeSignal,
  sweepNowSignal,
  unlinkUpdate,
} from '../../workflows/messages';
import {
  beginLink,
  beginWatch,
  endPlot,
  env,
  id,
  minuteMs,
  quietRound,
  quietSweep,
  scripts,
  usePlots,
  type Steps,
} from '../scenes/plots';
import { awayFromTimers } from '../scenes/timers';

usePlots();

/** Whatever happens, a plot takes so many steps a minute, and those of one try more for every signal. */
const stepsPerMinute = 12;
const stepsOfATry = 4;
/** A watch that finds work goes on at once, up to its portions of each kind. */
const stepsOfAWorkingSweep = 145;
const windowMs = 10 * minuteMs;
const runs = { numRuns: 6, seed: 20_261_126, endOnFailure: true };

interface Knock {
  afterMs: number;
  say: 'backUpNow' | 'messagesArrived' | 'pause' | 'resume' | 'changeContact' | 'unlink' | 'sweepNow';
}

const signals = {
  backUpNow: backUpNowSignal,
  messagesArrived: messagesArrivedSignal,
  pause: pauseSignal,
  resume: resumeSignal,
  sweepNow: sweepNowSignal,
};

async function knock(handle: WorkflowHandle, say: Knock['say']): Promise<void> {
  const done =
    say === 'changeContact' || say === 'unlink'
      ? handle.startUpdate(say === 'unlink' ? unlinkUpdate : changeContactUpdate, {
          waitForStage: 'ACCEPTED',
        })
      : handle.signal(signals[say]);
  // The run may be over.
  await done.catch(() => undefined);
}

const knocks = (...says: Knock['say'][]) =>
  fc.array(fc.record({ afterMs: fc.nat(6 * minuteMs), say: fc.constantFrom(...says) }), {
    minLength: 4,
    maxLength: 10,
  });

/** One of these for every call, again and again; an activity that fails does so at once or after its retries. */
const outcomes = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: value }, fc.constantFrom('fails' as const, 'refuses' as const)), {
    minLength: 1,
    maxLength: 6,
  });
const inTurn =
  <T>(list: readonly (T | 'fails' | 'refuses')[]) =>
  (nth: number): T | Promise<never> => {
    const one = list[nth % list.length] ?? 'fails';
    if (one !== 'fails' && one !== 'refuses') return one;
    const failure = { type: 'portal_unreachable', message: 'away', nonRetryable: one === 'refuses' };
    return Promise.reject(ApplicationFailure.create(failure));
  };

const retryAfterMs = fc.constantFrom(null, null, 0, -5_000, 1, 2_000, 5 * minuteMs);
const state = fc.constantFrom('linked' as const, 'linked' as const, 'unlinking' as const);
const round = fc
  .record({
    retryAfterMs,
    state,
    changeWaits: fc.boolean(),
    delivered: fc.constantFrom(0, 0, 3),
    rhythm: fc.constantFrom('rounds' as const, 'paused' as const, 'parked' as const),
    parkAfterQuietRounds: fc.constantFrom(null, 1),
  })
  .map((found) => ({ ...quietRound, ...found }));
const change = fc.record({ finished: fc.boolean(), retryAfterMs, state });
const refused = { code: 'refused', advice: 'no', since: '2026-11-26T08:00:00.000Z' };
const linkScript = fc.record({
  look: outcomes(fc.constantFrom({ kind: 'create' as const }, { kind: 'found' as const })),
  create: outcomes(
    fc.constantFrom(
      { kind: 'exists' as const },
      { kind: 'refused' as const, attention: refused, retryAfterMs: minuteMs },
      { kind: 'created' as const },
    ),
  ),
  record: outcomes(fc.record({ linked: fc.constantFrom(true, true, true, false) })),
  round: outcomes(round),
  change: outcomes(change),
  parks: fc.boolean(),
  knocks: knocks('backUpNow', 'messagesArrived', 'pause', 'resume', 'changeContact', 'unlink'),
});

/** Runs a plot for an hour or so and counts, from every step on, those of a window. Local retries are no steps of their own. */
async function countSteps(begin: typeof beginLink, steps: Steps, said: readonly Knock[]) {
  let calls = 0;
  const handle = await begin(steps, () => {
    calls += 1;
    // A plot that runs hot would keep the test server's clock from going on.
    if (calls === 2_000) void env.client.workflow.getHandle(id).cancel();
  });
  for (const { afterMs, say } of said) {
    await env.sleep(afterMs);
    await awayFromTimers(env, handle);
    await knock(handle, say);
  }
  await env.sleep(windowMs);
  const times = (scripts.get(id)?.calls ?? []).filter(({ attempt }) => attempt === 1).map(({ atMs }) => atMs);
  await endPlot();
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

const allowed = (perMinute: number, perKnock: number, said: readonly Knock[]): number =>
  perMinute * (windowMs / minuteMs) + perKnock * said.length;

test("a link's steps are bounded, whatever it is told, whatever its steps find and whenever", async () => {
  const property = fc.asyncProperty(linkScript, async (script) => {
    const steps: Steps = {
      lookUpContact: inTurn(script.look),
      createContact: inTurn(script.create),
      recordLink: inTurn(script.record),
      uploadMessages: inTurn(script.round),
      changeLink: inTurn(script.change),
      parkLink: () => script.parks,
    };
    const most = await countSteps(beginLink, steps, script.knocks);
    expect(most).toBeLessThanOrEqual(allowed(stepsPerMinute, stepsOfATry, script.knocks));
  });
  await fc.assert(property, runs);
});

const drained = fc.record({
  delivered: fc.constantFrom(0, 0, 0, 50),
  goOnAfterMs: fc.constantFrom(null, 0, 1, 15_000),
});
const watchScript = fc.record({
  sweep: outcomes(fc.record({ hasBacklog: fc.boolean() }).map((found) => ({ ...quietSweep, ...found }))),
  follow: outcomes(fc.record({ changed: fc.nat(3), doubts: fc.constant(0), more: fc.boolean() })),
  drain: outcomes(drained),
  knocks: knocks('sweepNow'),
});

test("a watch's steps are bounded, whatever they find and whenever it is asked for a sweep", async () => {
  const property = fc.asyncProperty(watchScript, async (script) => {
    const steps: Steps = {
      sweepPortal: inTurn(script.sweep),
      followCrm: inTurn(script.follow),
      drainPortal: inTurn(script.drain),
    };
    const most = await countSteps(beginWatch, steps, script.knocks);
    const sweeps = windowMs / quietSweep.intervalMs + 1;
    expect(most).toBeLessThanOrEqual(stepsOfAWorkingSweep * (sweeps + script.knocks.length));
  });
  await fc.assert(property, runs);
});

test('a watch whose drain moves nothing has few steps, whatever the drain says of going on', async () => {
  const idle = fc.array(fc.constantFrom(0, 1, 1_000), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(idle, async (pauses) => {
    const steps: Steps = {
      sweepPortal: () => ({ ...quietSweep, hasBacklog: true }),
      drainPortal: inTurn(pauses.map((goOnAfterMs) => ({ delivered: 0, goOnAfterMs }))),
    };
    expect(await countSteps(beginWatch, steps, [])).toBeLessThanOrEqual(allowed(stepsPerMinute, 0, []));
  });
  await fc.assert(property, { ...runs, numRuns: 2 });
});

test('a watch whose drain always finds more ends its portions, and goes on with the next sweep', async () => {
  const steps: Steps = {
    sweepPortal: () => ({ ...quietSweep, hasBacklog: true }),
    // Without a bound it ends all the same, above what is allowed.
    drainPortal: (nth) => ({ delivered: 50, goOnAfterMs: nth > 700 ? null : 0 }),
  };
  const sweeps = windowMs / quietSweep.intervalMs + 1;
  expect(await countSteps(beginWatch, steps, [])).toBeLessThanOrEqual(stepsOfAWorkingSweep * sweeps);
});
