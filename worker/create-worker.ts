import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { createActivities, type ActivityDeps } from '../activities';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  deps: ActivityDeps;
  /** Made beforehand, so that tests bundle once; else the worker bundles the workflows when it starts. */
  workflowBundle?: WorkflowBundleOption;
}

/** A cached workflow takes about 0.1 MB, and every step looks through the whole cache: see docs/decisions. */
const maxCachedWorkflows = 2_000;

/** Joins workflows and activities to one worker of the product's task queue. */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, deps, workflowBundle } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: createActivities(deps),
    ...(workflowBundle ? { workflowBundle } : { workflowsPath: require.resolve('../workflows') }),
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: 200,
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '15 seconds',
  });
}
