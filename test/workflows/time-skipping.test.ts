import { ApplicationFailure } from '@temporalio/common';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities';
import type { RoundResult } from '../../workflows/link-state';
import {
  backUpNowSignal,
  lastSyncTimeQuery,
  linkUpdate,
  messagesArrivedSignal,
  pauseSignal,
  resumeSignal,
  statusQuery,
  sweepNowSignal,
  unlinkUpdate,
  watchStatusQuery,
} from '../../workflows/messages';
import { eventually, workflowBundle } from '../scenes/product';
import { timeSkippingServerPath } from '../helpers/servers';

/** What a test's steps do; the rest does what a healthy, quiet link does. */
type Steps = {
  [Name in keyof Activities]?: (nth: number) => Awaited<ReturnType<Activities[Name]>> | Promise<never>;
};

interface Call {
  step: keyof Activities;
  /** The time of the test server, in milliseconds since the first call. */
  atMs: number;
}

const minuteMs = 60_000;
const taskQueue = 'time-skipping';
let env: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
let tests = 0;
let id: string;
const scripts = new Map<string, { steps: Steps; calls: Call[]; beganAtMs: number | null }>();

const quietRound: RoundResult = {
  state: 'linked',
  rhythm: 'rounds',
  changeWaits: false,
  attention: null,
  delivered: 0,
  pendingMessages: 0,
  messagesBackedUp: 3,
  arrivals: 3,
  quiet: true,
  retryAfterMs: null,
  intervalMs: 3 * minuteMs,
  parkAfterQuietRounds: null,
  lastSyncAt: '2026-11-25T12:00:00.000Z',
  lastCheckedAt: '2026-11-25T12:00:00.000Z',
  lastBackedUpAt: '2026-11-25T11:00:00.000Z',
};

const quietSweep = {
  messagesRouted: 0,
  linksWoken: 0,
  hasBacklog: false,
  intervalMs: 3 * minuteMs,
};

const usual: Required<Steps> = {
  lookUpContact: () => ({ kind: 'found' }),
  createContact: () => ({ kind: 'created' }),
  recordLink: () => ({ linked: true }),
  checkLink: () => null,
  uploadMessages: () => quietRound,
  parkLink: () => true,
  changeLink: () => ({ finished: true, retryAfterMs: null }),
  sweepPortal: () => quietSweep,
  drainPortal: () => ({ delivered: 0, goOnAfterMs: null }),
  followCrm: () => ({ changed: 0, doubts: 0, more: false }),
  resolveDoubts: () => ({ moved: 0, restored: 0, reviewed: 0 }),
  linkNewcomers: () => ({ linked: 0, created: 0, reviewed: 0, more: false }),
};

/** One step of the script of the link or portal it is for; every call is written down. */
function step<Name extends keyof Activities>(name: Name): Activities[Name] {
  const run = async (input: { linkId: string } | { portalId: string }) => {
    const script = scripts.get('linkId' in input ? input.linkId : input.portalId);
    if (!script) throw ApplicationFailure.nonRetryable('this test is over', 'over');
    const nowMs = await env.currentTimeMs();
    script.beganAtMs ??= nowMs;
    script.calls.push({ step: name, atMs: nowMs - script.beganAtMs });
    const nth = script.calls.filter((call) => call.step === name).length;
    return (script.steps[name] ?? usual[name])(nth);
  };
  return run as Activities[Name];
}

const activities: Activities = {
  lookUpContact: step('lookUpContact'),
  createContact: step('createContact'),
  recordLink: step('recordLink'),
  checkLink: step('checkLink'),
  uploadMessages: step('uploadMessages'),
  parkLink: step('parkLink'),
  changeLink: step('changeLink'),
  sweepPortal: step('sweepPortal'),
  drainPortal: step('drainPortal'),
  followCrm: step('followCrm'),
  resolveDoubts: step('resolveDoubts'),
  linkNewcomers: step('linkNewcomers'),
};

beforeAll(async () => {
  env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: timeSkippingServerPath() } },
  });
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities,
  });
  running = worker.run();
});

beforeEach(() => {
  tests += 1;
  id = `test-${tests}`;
});

afterEach(async () => {
  // Cancelled, not terminated: the test server never skips time again once a run ended under a step that was under way.
  const handle = env.client.workflow.getHandle(id);
  await handle.cancel().catch(() => undefined);
  await handle.result().catch(() => undefined);
  scripts.delete(id);
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await env.teardown();
});

/** Starts the plot with this script. The handle follows the link from run to run. */
async function begin(workflow: string, steps: Steps, input: object): Promise<WorkflowHandle> {
  scripts.set(id, { steps, calls: [], beganAtMs: null });
  await env.client.workflow.start(workflow, { workflowId: id, taskQueue, args: [input] });
  return env.client.workflow.getHandle(id);
}

const beginLink = (steps: Steps = {}) => begin('contactLinkWorkflow', steps, { linkId: id });
const beginWatch = (steps: Steps = {}) => begin('portalWatchWorkflow', steps, { portalId: id });

const callsOf = (name: keyof Activities): Call[] =>
  (scripts.get(id)?.calls ?? []).filter((call) => call.step === name);
/** Seconds are left out: the test server's clock runs on while a step is under way. */
const minutesOf = (name: keyof Activities): number[] =>
  callsOf(name).map(({ atMs }) => Math.round(atMs / minuteMs));
const rounds = (): number => callsOf('uploadMessages').length;
const every3Minutes = (count: number): number[] => Array.from({ length: count }, (_, index) => index * 3);
const isOpen = async (handle: WorkflowHandle) => (await handle.describe()).status.name === 'RUNNING';
const runIdOf = async (handle: WorkflowHandle) => (await handle.describe()).runId;
const fail = (type: string, nonRetryable = false) =>
  Promise.reject(
    ApplicationFailure.create({ type, message: 'Bitrix24 does not answer; messages wait.', nonRetryable }),
  );

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

test('an outage leaves the link alive, is told by its status, and is over when the portal is back', async () => {
  let down = true;
  const handle = await beginLink({
    uploadMessages: () => (down ? fail('portal_unreachable') : quietRound),
  });
  await env.sleep('59 minutes');
  const { attention, state, lastSyncAt } = await handle.query(statusQuery);
  expect({ state, lastSyncAt }).toEqual({ state: 'linked', lastSyncAt: null });
  expect(attention).toMatchObject({
    code: 'portal_unreachable',
    advice: 'Bitrix24 does not answer; messages wait.',
  });
  // The outage began with the first round, and that is what a person reads after an hour of it.
  const sinceMs = (await env.currentTimeMs()) - new Date(attention?.since ?? 0).getTime();
  expect(sinceMs).toBeGreaterThan(57 * minuteMs);
  expect(rounds()).toBeLessThanOrEqual(20 * 4);
  down = false;
  await env.sleep('4 minutes');
  expect(await handle.query(statusQuery)).toMatchObject({
    attention: null,
    lastSyncAt: quietRound.lastSyncAt,
  });
});

test('what no retry heals is tried once a round', async () => {
  const handle = await beginLink({ uploadMessages: () => fail('portal_reauthorise', true) });
  await env.sleep('59 minutes');
  expect(minutesOf('uploadMessages')).toEqual(every3Minutes(20));
  expect((await handle.query(statusQuery)).attention?.code).toBe('portal_reauthorise');
});

test('a link that cannot be established waits for the portal and answers pending meanwhile', async () => {
  let down = true;
  const handle = await beginLink({
    lookUpContact: () => (down ? fail('portal_unreachable') : { kind: 'create' }),
  });
  await env.sleep('10 minutes');
  expect(await handle.query(statusQuery)).toMatchObject({
    state: 'pending',
    attention: { code: 'portal_unreachable' },
  });
  expect(callsOf('lookUpContact').length).toBeLessThanOrEqual(11 * 4);
  down = false;
  await env.sleep('4 minutes');
  expect(await handle.executeUpdate(linkUpdate)).toEqual({ outcome: 'linked', reviewId: null });
  expect(callsOf('createContact')).toHaveLength(1);
  expect(await handle.query(statusQuery)).toMatchObject({ state: 'linked', attention: null });
});

test('a contact that appears while one is made is looked up instead', async () => {
  const handle = await beginLink({
    lookUpContact: (nth) => (nth === 1 ? { kind: 'create' } : { kind: 'found' }),
    createContact: () => ({ kind: 'exists' }),
  });
  await env.sleep('4 minutes');
  expect(await handle.executeUpdate(linkUpdate)).toEqual({ outcome: 'linked', reviewId: null });
  expect(callsOf('createContact')).toHaveLength(1);
  expect(callsOf('lookUpContact')).toHaveLength(2);
});

test.each(['ambiguous', 'unmatched'] as const)(
  'a number that is %s ends the run with its review',
  async (outcome) => {
    const steps: Steps = { lookUpContact: () => ({ kind: 'review', outcome, reviewId: 'review-1' }) };
    scripts.set(id, { steps, calls: [], beganAtMs: null });
    const startWorkflowOperation = new WithStartWorkflowOperation('contactLinkWorkflow', {
      workflowId: id,
      taskQueue,
      args: [{ linkId: id }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const answer = await env.client.workflow.executeUpdateWithStart(linkUpdate, { startWorkflowOperation });
    expect(answer).toEqual({ outcome, reviewId: 'review-1' });
    const handle = env.client.workflow.getHandle(id);
    await eventually('the end of the run', async () => !(await isOpen(handle)));
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(await handle.query(statusQuery)).toMatchObject({ state: 'unlinked' });
    expect(rounds()).toBe(0);
  },
);

test('unlinking ends the run after what may still be on its way is settled', async () => {
  let state: RoundResult['state'] = 'linked';
  const handle = await beginLink({
    uploadMessages: () => ({ ...quietRound, state }),
    changeLink: (nth) => {
      if (nth === 1) return { finished: false, retryAfterMs: 10_000 };
      state = 'unlinked';
      return { finished: true, retryAfterMs: null };
    },
  });
  await env.sleep('4 minutes');
  const update = handle.executeUpdate(unlinkUpdate);
  await eventually('the first try', () => callsOf('changeLink').length === 1);
  await env.sleep('15 seconds');
  await update;
  await eventually('the end of the run', async () => !(await isOpen(handle)));
  expect((await handle.describe()).status.name).toBe('COMPLETED');
  expect(await handle.query(statusQuery)).toMatchObject({ state: 'unlinked' });
  expect(callsOf('changeLink')).toHaveLength(2);
});

test('a change that a round finds, because its update was lost, is carried out', async () => {
  let change: 'none' | 'waits' | 'done' = 'none';
  const handle = await beginLink({
    uploadMessages: () => ({
      ...quietRound,
      changeWaits: change === 'waits',
      state: change === 'done' ? 'unlinked' : change === 'waits' ? 'unlinking' : 'linked',
    }),
    changeLink: () => {
      change = 'done';
      return { finished: true, retryAfterMs: null };
    },
  });
  await env.sleep('1 minute');
  change = 'waits';
  await env.sleep('3 minutes');
  await eventually('the end of the run', async () => !(await isOpen(handle)));
  expect(callsOf('changeLink')).toHaveLength(1);
});

test('a change asked for while the link waits at the end of a run is carried out at once', async () => {
  let state: RoundResult['state'] = 'linked';
  const handle = await beginLink({
    uploadMessages: () => ({ ...quietRound, state, changeWaits: state === 'unlinking' }),
    changeLink: () => {
      state = 'unlinked';
      return { finished: true, retryAfterMs: null };
    },
  });
  await env.sleep('88 minutes');
  expect(rounds()).toBe(30);
  state = 'unlinking';
  const beforeMs = await env.currentTimeMs();
  const update = handle.executeUpdate(unlinkUpdate).catch(() => null);
  await eventually('the change', async () => {
    if (callsOf('changeLink').length === 1) return true;
    await env.sleep('5 seconds');
    return false;
  });
  await update;
  expect((await env.currentTimeMs()) - beforeMs).toBeLessThan(15_000);
});

test('a link that is gone from the store ends its run', async () => {
  const handle = await beginLink({ uploadMessages: (nth) => (nth === 3 ? null : quietRound) });
  await env.sleep('7 minutes');
  await eventually('the end of the run', async () => !(await isOpen(handle)));
  expect(rounds()).toBe(3);
});

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
