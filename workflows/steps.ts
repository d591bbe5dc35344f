import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';

const retry = { initialInterval: '2 seconds', maximumInterval: '30 seconds', maximumAttempts: 4 } as const;

/**
 * Activities under a summary that Temporal's pages show. Every one beats while it runs: a worker that died is noticed after
 * 15 seconds, however long a step may take.
 */
export const step = (summary: string) =>
  proxyActivities<Activities>({
    startToCloseTimeout: '15 minutes',
    heartbeatTimeout: '15 seconds',
    retry,
    summary,
  });

/** Small activities that are done inside the workflow's own step, and tried once: see docs/decisions/0013. */
export const smallStep = (summary: string) =>
  proxyLocalActivities<Activities>({
    startToCloseTimeout: '5 seconds',
    retry: { maximumAttempts: 1 },
    summary,
  });

/** An activity that Temporal tries again, for as long as it takes, until it has an answer; how soon, the activity says itself. */
export const repeatedStep = (summary: string) =>
  proxyActivities<Activities>({
    startToCloseTimeout: '15 seconds',
    retry: { initialInterval: '5 seconds', backoffCoefficient: 1 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary,
  });
