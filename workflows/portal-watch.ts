import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { attentionOf } from './link-state';
import { sweepNowSignal, watchStatusQuery, type WatchStatus } from './messages';

const { sweepPortal } = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '2 seconds', maximumInterval: '30 seconds', maximumAttempts: 3 },
  summary: 'Sweep: route what was forgotten, start and revive links',
});

export interface PortalWatchInput {
  portalId: string;
  carried?: WatchStatus;
}

const sweepsPerRun = 50;
const fallbackIntervalMs = 60_000;

const toDetails = (status: WatchStatus): string =>
  [
    `- last sweep ${status.lastSweepAt ?? 'never'}, next ${status.nextSweepAt ?? 'now'}`,
    `- links woken so far: ${status.linksWoken}, forgotten messages routed: ${status.messagesRouted}`,
    ...(status.attention ? [`- attention: **${status.attention.code}** ${status.attention.advice}`] : []),
  ].join('\n');

/** One portal's watch: a sweep every few minutes, for ever. An outage is told by its status and waited out. */
export async function portalWatchWorkflow({ portalId, carried }: PortalWatchInput): Promise<void> {
  const status: WatchStatus = carried ?? {
    portalId,
    lastSweepAt: null,
    nextSweepAt: null,
    attention: null,
    linksWoken: 0,
    messagesRouted: 0,
  };
  let wanted = false;
  setHandler(watchStatusQuery, () => status);
  setHandler(sweepNowSignal, () => {
    wanted = true;
  });
  for (let sweeps = 0; sweeps < sweepsPerRun; sweeps += 1) {
    wanted = false;
    const pauseMs = await sweep(status);
    status.nextSweepAt = new Date(Date.now() + pauseMs).toISOString();
    setCurrentDetails(toDetails(status));
    await condition(() => wanted, pauseMs, { summary: 'Until the next sweep' });
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof portalWatchWorkflow>({ portalId, carried: status });
}

/** Returns how long to wait until the next sweep, in milliseconds. */
async function sweep(status: WatchStatus): Promise<number> {
  try {
    const swept = await sweepPortal({ portalId: status.portalId });
    status.lastSweepAt = new Date().toISOString();
    status.attention = null;
    status.linksWoken += swept.linksWoken;
    status.messagesRouted += swept.messagesRouted;
    return swept.intervalMs;
  } catch (error) {
    status.attention = attentionOf(error, status.attention, new Date());
    return fallbackIntervalMs;
  }
}
