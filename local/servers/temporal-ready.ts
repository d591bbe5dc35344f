import { Connection, type ConnectionOptions } from '@temporalio/client';
import { firstLine } from './find-temporal';
import { waitUntil } from '../ports';

/** Waits until the namespace answers: a dev server listens a moment before it has made it. */
export async function waitForTemporal(
  options: ConnectionOptions & { address: string },
  { limitMs, namespace = 'default' }: { limitMs: number; namespace?: string },
): Promise<void> {
  let reason: unknown = null;
  const answers = async () => {
    try {
      await describe(options, namespace);
      return true;
    } catch (error) {
      reason = error;
      return false;
    }
  };
  try {
    await waitUntil(answers, { what: 'Temporal', limitMs, everyMs: 100 });
  } catch (error) {
    throw new Error(`Temporal at ${options.address} does not answer: ${firstLine(reason ?? error)}`, {
      cause: error,
    });
  }
}

async function describe(options: ConnectionOptions, namespace: string): Promise<void> {
  const connection = await Connection.connect({ ...options, connectTimeout: '5 seconds' });
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } finally {
    await connection.close();
  }
}
