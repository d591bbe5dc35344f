import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities';
import type { RoundResult } from '../../workflows/link-state';
import { workflowBundle } from '../helpers/workflow-bundle';
import { openTimeSkipping } from '../helpers/time-skipping';
import { awayFromTimers } from './timers';

/** The steps of a test; the rest does what a healthy, quiet link does. */
export type Steps = {
  [Name in keyof Activities]?: (nth: number) => Awaited<ReturnType<Activities[Name]>> | Promise<never>;
};

export interface Call {
  step: keyof Activities;
  /** The time of the test server, in milliseconds since the first call. */
  atMs: number;
  /** 1, or more where a failed one is tried again. */
  attempt: number;
}

export const minuteMs = 60_000;
export const taskQueue = 'time-skipping';
export let env: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
let tests = 0;
export let id: string;
interface Script {
  steps: Steps;
  calls: Call[];
  beganAtMs: number | null;
  /** Where a test wants to know them: what the steps were given. */
  inputs?: object[];
  onCall?: (call: Call) => void;
}
export const scripts = new Map<string, Script>();

export const quietRound: RoundResult = {
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

export const quietSweep = {
  messagesRouted: 0,
  linksWoken: 0,
  hasBacklog: false,
  intervalMs: 3 * minuteMs,
};

export const usual: Required<Steps> = {
  lookUpContact: () => ({ kind: 'found' }),
  createContact: () => ({ kind: 'created' }),
  recordLink: () => ({ linked: true }),
  checkLink: () => null,
  awaitMessages: () => null,
  uploadMessages: () => quietRound,
  parkLink: () => true,
  changeLink: () => ({ finished: true, retryAfterMs: null, state: 'linked' }),
  sweepPortal: () => quietSweep,
  drainPortal: () => ({ delivered: 0, goOnAfterMs: null }),
  followCrm: () => ({ changed: 0, doubts: 0, more: false }),
  resolveDoubts: () => ({ moved: 0, restored: 0, reviewed: 0 }),
  linkNewcomers: () => ({ linked: 0, created: 0, reviewed: 0, more: false }),
  importHistory: () => null,
  forgetPerson: () => null,
};

/** One step of the script of the link or portal it is for; every call is written down. */
function step<Name extends keyof Activities>(name: Name): Activities[Name] {
  const run = async (input: Partial<Record<'linkId' | 'portalId' | 'importId' | 'operationId', string>>) => {
    const script = scripts.get(input.linkId ?? input.portalId ?? input.importId ?? input.operationId ?? '');
    if (!script) throw ApplicationFailure.nonRetryable('this test is over', 'over');
    const nowMs = await env.currentTimeMs();
    script.beganAtMs ??= nowMs;
    script.inputs?.push(input);
    const call = { step: name, atMs: nowMs - script.beganAtMs, attempt: Context.current().info.attempt };
    script.calls.push(call);
    script.onCall?.(call);
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
  awaitMessages: step('awaitMessages'),
  uploadMessages: step('uploadMessages'),
  parkLink: step('parkLink'),
  changeLink: step('changeLink'),
  sweepPortal: step('sweepPortal'),
  drainPortal: step('drainPortal'),
  followCrm: step('followCrm'),
  resolveDoubts: step('resolveDoubts'),
  linkNewcomers: step('linkNewcomers'),
  importHistory: step('importHistory'),
  forgetPerson: step('forgetPerson'),
};

function nameNext(): void {
  tests += 1;
  id = `test-${tests}`;
}

async function end(): Promise<void> {
  // Cancelled, not terminated: the test server never skips time again once a run ended under a step that was under way.
  const handle = env.client.workflow.getHandle(id);
  await awayFromTimers(env, handle).catch(() => undefined);
  await handle.cancel().catch(() => undefined);
  await handle.result().catch(() => undefined);
  scripts.delete(id);
}

/** Ends the plot of this test, so that it may begin another one. */
export async function endPlot(): Promise<void> {
  await end();
  nameNext();
}

/** Opens a server that skips time, and a worker whose steps are the scripts of the tests. */
export function usePlots(): void {
  beforeAll(async () => {
    env = await openTimeSkipping();
    worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities,
    });
    running = worker.run();
  });

  beforeEach(nameNext);
  afterEach(end);

  afterAll(async () => {
    worker.shutdown();
    await running;
    await env.teardown();
  });
}

/** Starts the plot with this script. The handle follows the link from run to run. */
async function begin(
  workflow: string,
  steps: Steps,
  input: object,
  onCall?: (call: Call) => void,
): Promise<WorkflowHandle> {
  scripts.set(id, { steps, calls: [], beganAtMs: null, ...(onCall && { onCall }) });
  await env.client.workflow.start(workflow, { workflowId: id, taskQueue, args: [input] });
  return env.client.workflow.getHandle(id);
}

export const beginLink = (steps: Steps = {}, onCall?: (call: Call) => void) =>
  begin('contactLinkWorkflow', steps, { linkId: id }, onCall);
export const beginWatch = (steps: Steps = {}, onCall?: (call: Call) => void) =>
  begin('portalWatchWorkflow', steps, { portalId: id }, onCall);

export const beginImport = (steps: Steps = {}) => begin('historyImportWorkflow', steps, { importId: id });

export const callsOf = (name: keyof Activities): Call[] =>
  (scripts.get(id)?.calls ?? []).filter((call) => call.step === name);
/** Seconds are left out: the test server's clock runs on while a step is under way. */
export const minutesOf = (name: keyof Activities): number[] =>
  callsOf(name).map(({ atMs }) => Math.round(atMs / minuteMs));
export const rounds = (): number => callsOf('uploadMessages').length;
export const every3Minutes = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index * 3);
export const isOpen = async (handle: WorkflowHandle) => (await handle.describe()).status.name === 'RUNNING';
export const runIdOf = async (handle: WorkflowHandle) => (await handle.describe()).runId;
export const fail = (type: string, nonRetryable = false, details: unknown[] = []) =>
  Promise.reject(
    ApplicationFailure.create({
      ...{ type, message: 'Bitrix24 does not answer; messages wait.', nonRetryable, details },
    }),
  );
