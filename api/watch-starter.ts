import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { toWatchWorkflowId } from '../domain/ids';
import type { Store } from '../store/store';
import { toLoggable, type Logger } from '../telemetry';
import { portalWatchWorkflowName, taskQueue as productQueue, watchPriority } from '../workflows/messages';

interface Parts {
  store: Store;
  temporal: Client;
  logger: Logger;
  /** Ends the loop. */
  signal: AbortSignal;
}

const againMs = 3 * 60_000;
const retryMs = 5_000;
const callMs = 10_000;

/** Starts the watch of one portal unless it runs. */
export async function startWatch(
  { temporal, taskQueue = productQueue }: { temporal: Client; taskQueue?: string },
  portalId: string,
): Promise<void> {
  await temporal.connection.withDeadline(Date.now() + callMs, () =>
    temporal.workflow.start(portalWatchWorkflowName, {
      workflowId: toWatchWorkflowId(portalId),
      taskQueue,
      args: [{ portalId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      priority: watchPriority,
      staticSummary: 'Watches one portal: sweeps, wakes and revives its links',
    }),
  );
}

/**
 * Keeps the watch of every portal running: tried until it succeeds, and again every three minutes, since a workflow may be ended
 * by hand, or Temporal lose all. Returns when the signal is aborted.
 */
export async function keepWatchesRunning(parts: Parts): Promise<void> {
  const { store, logger, signal } = parts;
  let isFailing = false;
  while (!signal.aborted) {
    let pauseMs = againMs;
    try {
      for (const { _id } of await store.portals.listWatched()) await startWatch(parts, _id);
      if (isFailing) logger.info('the watches of all portals run again');
      isFailing = false;
    } catch (error) {
      pauseMs = retryMs;
      if (!isFailing) logger.warn(toLoggable(error), 'the watch of a portal cannot be started; trying again');
      isFailing = true;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
