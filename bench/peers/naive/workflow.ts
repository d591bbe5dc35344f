import { continueAsNew, proxyActivities, sleep } from '@temporalio/workflow';
import type { NaiveActivities } from './worker';

const { findWaiting, postMessage } = proxyActivities<NaiveActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

const roundsPerRun = 50;

/** As a first sketch would have it: sleep until the next check is due, ask, one call for each message. */
export async function naiveLink(contact: number, dueMs: number, intervalMs: number): Promise<void> {
  let next = dueMs;
  for (let rounds = 0; rounds < roundsPerRun; rounds += 1) {
    for (const id of await findWaiting(contact)) await postMessage(id);
    // A round that was missed is over.
    while (next <= Date.now()) next += intervalMs;
    await sleep(next - Date.now());
  }
  await continueAsNew<typeof naiveLink>(contact, next, intervalMs);
}
