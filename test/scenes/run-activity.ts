import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

const logger = new DefaultLogger('ERROR', () => undefined);

/** An activity of a process, run as a worker would. */
export async function runActivity<In, Out>(
  activity: (input: In) => Promise<Out>,
  input: In,
  client?: Client,
): Promise<Out> {
  return new MockActivityEnvironment({}, { logger, ...(client && { client }) }).run<
    [In],
    Out,
    (given: In) => Promise<Out>
  >(activity, input);
}
