import { TestWorkflowEnvironment } from '@temporalio/testing';
import { timeSkippingServerPath } from './servers';

/** Opens a server that skips time. The SDK gives the server five seconds to begin, which a busy machine may miss. */
export async function openTimeSkipping(tries = 12): Promise<TestWorkflowEnvironment> {
  const server = { executable: { type: 'existing-path' as const, path: timeSkippingServerPath() } };
  const opened = TestWorkflowEnvironment.createTimeSkipping({ server });
  return tries > 1 ? opened.catch(() => openTimeSkipping(tries - 1)) : opened;
}
