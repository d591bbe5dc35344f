import type { NativeConnection } from '@temporalio/worker';

export const deploymentName = 'contact-link';

type Service = NativeConnection['workflowService'];

/** What Temporal knows of our versions. `supported` false: this server, or what we may do on it, has no versions of workers. */
export interface Deployment {
  supported: boolean;
  current: string | null;
  /** Builds that were current once. */
  former: Set<string>;
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const notFound = 5;
const permissionDenied = 7;
const unimplemented = 12;

/** Asks Temporal for our versions; before the first worker has polled there are none. */
export async function describeDeployment(service: Service, namespace: string): Promise<Deployment> {
  const none: Deployment = { supported: true, current: null, former: new Set() };
  try {
    const { workerDeploymentInfo } = await service.describeWorkerDeployment({ namespace, deploymentName });
    const { routingConfig, versionSummaries } = workerDeploymentInfo ?? {};
    // A version that was never current has drained nothing.
    const former = (versionSummaries ?? []).filter(
      ({ drainageInfo, firstActivationTime }) => firstActivationTime ?? drainageInfo,
    );
    return {
      ...none,
      current: routingConfig?.currentDeploymentVersion?.buildId ?? null,
      former: new Set(former.flatMap(({ deploymentVersion }) => deploymentVersion?.buildId ?? [])),
    };
  } catch (error) {
    if (codeOf(error) === notFound) return none;
    if ([permissionDenied, unimplemented].includes(codeOf(error) as number))
      return { ...none, supported: false };
    throw error;
  }
}

/** Sends all work to this build from now on, running workflows included. Fails until its workers poll. */
export async function setCurrentVersion(service: Service, namespace: string, buildId: string): Promise<void> {
  await service.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId });
}
