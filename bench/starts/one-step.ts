import { proxyActivities } from '@temporalio/workflow';

const { step } = proxyActivities<{ step(portal: string): Promise<void> }>({
  startToCloseTimeout: '1 minute',
});

/** A workflow of one step, for measuring whose turn comes when. */
export async function oneStep(portal: string): Promise<void> {
  await step(portal);
}
