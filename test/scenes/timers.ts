import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { TestWorkflowEnvironment } from '@temporalio/testing';

/** A timer due within this time may fire while a workflow's step is with the worker, on a busy machine too. */
const soonMs = 10_000;

/** How long until the run's next timer is due by the test server's clock, in milliseconds; Infinity: none is set. */
async function nextTimerMs(env: TestWorkflowEnvironment, handle: WorkflowHandle): Promise<number> {
  const due = new Map<string, number>();
  for (const event of (await handle.fetchHistory()).events ?? []) {
    const set = event.timerStartedEventAttributes;
    const over = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (set?.timerId) due.set(set.timerId, tsToMs(event.eventTime) + tsToMs(set.startToFireTimeout));
    if (over?.timerId) due.delete(over.timerId);
  }
  return Math.min(...due.values()) - (await env.currentTimeMs());
}

/**
 * Lets timers fire that are about to. The test server refuses a workflow's step that cancels a timer which fired while the step
 * was with the worker, and never gives the run another one (temporalio/sdk-java, 3088); its clock then stands still. The real
 * server does not mind.
 */
export async function awayFromTimers(env: TestWorkflowEnvironment, handle: WorkflowHandle): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    const dueMs = await nextTimerMs(env, handle);
    if (dueMs > soonMs) return;
    await env.sleep(Math.max(0, dueMs) + 1_000);
  }
}
