import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { Store } from '../store/store';
import { toLoggable, type Logger } from '../telemetry';
import { chooseVersion, type VersionChoice } from './current-version';
import { deploymentName, describeDeployment, setCurrentVersion } from './deployment';

const lifeMs = 60_000;
const usualLookMs = 10_000;
/** Temporal knows a version once its workers have polled. */
const firstLooksMs = 500;

const lifeOf = (buildId: string): string => `worker-version/${buildId}`;

interface Given {
  connection: NativeConnection;
  namespace: string;
  buildId: string;
  leases: Store['leases'];
  logger: Logger;
  signal: AbortSignal;
  /** Between two looks; 10 s unless given. */
  lookEveryMs?: number;
}

const command = (buildId: string) =>
  `temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`;

/**
 * Says that this build has a living worker, and sends it the work when it is its turn. Nothing is lost whenever a process dies: without a current
 * version that lives, work waits in Temporal until the next look of any worker.
 */
export async function keepCurrent(given: Given): Promise<void> {
  const { logger, signal, buildId, lookEveryMs = usualLookMs } = given;
  let said: VersionChoice | null = null;
  while (!signal.aborted) {
    try {
      const choice = await lookOnce(given);
      if (choice !== said) logger.info({ buildId, choice }, 'Version of this worker');
      said = choice;
    } catch (error) {
      const advice = `not the current version yet; trying again. By hand: ${command(buildId)}`;
      logger.warn({ buildId, ...toLoggable(error) }, advice);
    }
    const pause = said === null ? firstLooksMs : lookEveryMs;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** One look; `current` also when it has just become so. */
async function lookOnce({ connection, namespace, buildId, leases }: Given): Promise<VersionChoice> {
  const { workflowService: service } = connection;
  if (!(await leases.take(lifeOf(buildId), buildId, lifeMs)))
    await leases.renew(lifeOf(buildId), buildId, lifeMs);
  const { current, former } = await describeDeployment(service, namespace);
  const choice = chooseVersion(buildId, {
    current,
    currentLives: current !== null && (await leases.isTaken(lifeOf(current))),
    wasCurrent: former.has(buildId),
  });
  if (choice !== 'take over') return choice;
  await setCurrentVersion(service, namespace, buildId);
  return 'current';
}
