import {
  Worker,
  type NativeConnection,
  type WorkerDeploymentOptions,
  type WorkerOptions as SdkOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities, type ActivityDeps } from '../activities';
import { deploymentName } from './deployment';
import { bundleWorkflows } from './workflow-code';

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  deps: ActivityDeps;
  /** Made beforehand, so that tests bundle once; else the worker bundles the workflows when it starts. */
  workflowBundle?: WorkflowBundleOption;
  /** Rounds at once. */
  concurrentActivities?: number;
  /** Workflows kept in memory: see `sizeCache`. */
  maxCachedWorkflows?: number;
  /** The name of this code in Temporal; without one it takes what no version is there for. */
  buildId?: string | null;
  /** What makes spans of its work; nothing unless given. */
  tracing?: Pick<SdkOptions, 'interceptors' | 'sinks'>;
}

/** Where nobody has sized it: a cached workflow takes up to 0.3 MB, and every step looks through the whole cache, see docs/decisions/0007. */
const usualCachedWorkflows = 1_000;
/** Rounds wait for their batch of fifty, of which four are under way at once: with more waiting, batches go full. */
const usualConcurrentActivities = 400;

/** Joins workflows and activities to one worker of the product's task queue. */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, deps } = options;
  const { concurrentActivities = usualConcurrentActivities, buildId = null } = options;
  const { maxCachedWorkflows = usualCachedWorkflows } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: createActivities(deps),
    workflowBundle: options.workflowBundle ?? (await bundleWorkflows('plain')),
    ...options.tracing,
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: concurrentActivities,
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '15 seconds',
    ...(buildId === null ? {} : { workerDeploymentOptions: versionOf(buildId) }),
  });
}

/** Running workflows go on with the version that is current: a link lives for years. */
const versionOf = (buildId: string): WorkerDeploymentOptions => ({
  version: { deploymentName, buildId },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'AUTO_UPGRADE',
});
