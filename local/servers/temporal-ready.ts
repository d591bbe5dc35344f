import { Connection, type ConnectionOptions } from '@temporalio/client';
import { firstLine } from '../say';
import { waitUntil } from '../ports';

/** Waits until the namespace answers: a dev server listens a moment before it has made it. */
export async function waitForTemporal(
  options: ConnectionOptions & { address: string },
  { limitMs, namespace = 'default' }: { limitMs: number; namespace?: string },
): Promise<void> {
  let reason: unknown = null;
  const answers = () =>
    describe(options, namespace).then(
      () => true,
      (error: unknown) => ((reason = error), false),
    );
  try {
    await waitUntil(answers, { what: 'Temporal', limitMs, everyMs: 100 });
  } catch (cause) {
    throw new Error(`Temporal at ${options.address} does not answer: ${firstLine(reason ?? cause)}`, {
      cause,
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
