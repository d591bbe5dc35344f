import { condition } from '@temporalio/workflow';
import { showDetails, type LinkWorkflowState } from './link-state';

export const isPaused = (self: LinkWorkflowState): boolean => self.status.rhythm === 'paused';

/** Waits for a time, or until woken; the status says how long. */
export async function waitFor(
  self: LinkWorkflowState,
  woken: () => boolean,
  ms: number,
  summary: string,
): Promise<void> {
  self.status.nextRoundAt = new Date(Date.now() + ms).toISOString();
  showDetails(self);
  await condition(woken, ms, { summary });
}
