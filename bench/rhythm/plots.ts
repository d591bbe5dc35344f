import { proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../../activities';

export { contactLinkWorkflow } from '../../workflows';

const { checkLink } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });

/** What most people would write: a timer and an activity for each round. */
export async function naiveRounds({
  linkId,
  intervalMs,
  firstAfterMs,
}: {
  linkId: string;
  intervalMs: number;
  firstAfterMs: number;
}): Promise<void> {
  await sleep(firstAfterMs);
  for (;;) {
    const startedAtMs = Date.now();
    await checkLink({ linkId });
    await sleep(Math.max(1, startedAtMs + intervalMs - Date.now()));
  }
}
