import type { NativeConnection } from '@temporalio/worker';
import type { ActivityDeps } from '../activities';
import type { Config } from '../config';
import { readBuild } from '../processes/build';
import { untilStopped } from '../processes/stop-signal';
import type { Logger, Traces } from '../telemetry';
import { taskQueue } from '../workflows/messages';
import { readMemoryBytes, sizeCache } from './cache-size';
import { createWorker } from './create-worker';
import { describeDeployment } from './deployment';
import { keepCurrent } from './keep-current';
import { countLinksInRounds } from './links-in-rounds';
import { toTracing } from './tracing';
import { bundleWorkflows, findBuiltBundle } from './workflow-code';

interface Given {
  connection: NativeConnection;
  config: Pick<Config, 'temporal' | 'workerVersion' | 'maxCachedWorkflows'>;
  deps: ActivityDeps;
  traces: Traces | null;
  logger: Logger;
  signal: AbortSignal;
}

/** The worker's version in Temporal, or null: the sources run as they are, or this Temporal, or our rights on it, know no versions. */
async function chooseBuildId({ connection, config, logger }: Given): Promise<string | null> {
  const { mode, buildId = null } = config.workerVersion;
  const own = buildId ?? readBuild().buildId;
  if (mode === 'off' || own === null) return null;
  const { supported } = await describeDeployment(connection.workflowService, config.temporal.namespace);
  if (supported) return own;
  logger.warn('Temporal knows no worker versions here: stop the old workers before the new ones are started');
  return null;
}

/** Sizes the cache by what is known now, and says so: whoever wonders about a worker's memory finds it in its log. */
async function chooseCache({ config, deps, logger }: Given): Promise<number> {
  const linksInRounds = await countLinksInRounds(deps.store).catch(() => 0);
  const memoryBytes = readMemoryBytes();
  const { workflows, by } = sizeCache({ memoryBytes, linksInRounds, wanted: config.maxCachedWorkflows });
  const facts = { workflows, linksInRounds, memoryMb: Math.round(memoryBytes / 1_000_000) };
  logger.info(facts, `The worker keeps up to ${workflows} workflows in memory, decided by ${by}`);
  return workflows;
}

/** Runs workflows and activities until told to stop. */
export async function runWorker(given: Given): Promise<void> {
  const { connection, config, deps, traces, logger, signal } = given;
  const { namespace } = config.temporal;
  const kind = traces ? 'traced' : 'plain';
  const built = findBuiltBundle(kind);
  const workflowBundle = built ?? (await bundleWorkflows(kind));
  const tracing = traces ? await toTracing(traces) : {};
  const buildId = await chooseBuildId(given);
  const worker = await createWorker({
    connection,
    namespace,
    taskQueue,
    deps,
    workflowBundle,
    buildId,
    tracing,
    maxCachedWorkflows: await chooseCache(given),
  });
  const running = worker.run();
  const workflows = built ? 'the bundle of this build' : 'bundled from their sources';
  const { version } = readBuild();
  logger.info({ taskQueue, version, buildId, workflows }, 'The worker is ready');
  void untilStopped(signal).then(() => worker.shutdown());
  const { leases } = deps.store;
  const isOurs = buildId !== null && config.workerVersion.mode === 'auto';
  const kept = isOurs ? keepCurrent({ connection, namespace, buildId, leases, logger, signal }) : null;
  await running;
  await kept;
}
