import { Connection } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../../local/say';
import { waitUntil } from '../../local/ports';
import { deploymentName } from '../../worker/deployment';
import type { Lateness } from './lateness';
import { startProcess } from './product';
import { names, type Site } from './site';

export interface Upgrade {
  from: Date;
  to: Date;
  /** From the first new worker's start to all work being sent to it. */
  takenOverAfterMs: number;
  /** Links before; those that the new version works; and of these the ones in the very run that the version before had begun. */
  openLinks: number;
  linksUnderNew: number;
  inTheSameRun: number;
  lateness?: Lateness;
}

interface Runs {
  current(): Promise<string>;
  listOpen(): Promise<Map<string, { runId: string; buildId: string }>>;
  close(): Promise<void>;
}

async function openRuns(address: string): Promise<Runs> {
  const connection = await Connection.connect({ address });
  const { workflowService } = connection;
  const namespace = 'default';
  return {
    current: async () => {
      const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({
        namespace,
        deploymentName,
      });
      return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? '';
    },
    /** Each link's open run, and the build that worked it last. */
    listOpen: async () => {
      const query = `WorkflowType = 'contactLinkWorkflow' AND ExecutionStatus = 'Running'`;
      const { executions } = await workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: 1_000,
      });
      return new Map(
        (executions ?? []).map(({ execution, versioningInfo }) => {
          const buildId = versioningInfo?.deploymentVersion?.buildId ?? '';
          return [execution?.workflowId ?? '', { runId: execution?.runId ?? '', buildId }];
        }),
      );
    },
    close: () => connection.close(),
  };
}

/**
 * A rolling upgrade: new workers are started, the old ones are stopped once work goes to the new; then one API after the other. `probe`: a message
 * is said, and waited for on its page.
 */
export async function upgrade(site: Site, probe: () => Promise<number>, say: Say): Promise<Upgrade> {
  const runs = await openRuns(site.temporalAddress);
  const from = new Date();
  const begun = await runs.listOpen();
  const old = await runs.current();
  say(`the version before is ${old}; ${begun.size} runs are open`);
  let takenOverAfterMs = 0;
  for (const [index, name] of names.workers.entries()) {
    site.adopt(`${name}-new`, await startProcess('worker', `worker-new-${index + 1}`, site.given));
    if (index > 0) continue;
    const isTaken = async () => (await runs.current()) !== old;
    await waitUntil(isTaken, { what: 'the take-over', limitMs: 120_000 });
    takenOverAfterMs = Date.now() - from.getTime();
  }
  say(
    `${await runs.current()} took over after ${(takenOverAfterMs / 1_000).toFixed(1)} s; the old workers are stopped`,
  );
  for (const name of names.workers) await site.services.get(name)?.stop();
  for (const name of names.apis) {
    site.adopt(`${name}-new`, await startProcess('api', `${name}-new`, site.given));
    await site.services.get(name)?.stop();
  }
  await probe();
  await sleep(15_000);
  const now = await runs.listOpen();
  const moved = [...now].filter(([id, { buildId }]) => begun.has(id) && buildId !== old);
  const inTheSameRun = moved.filter(([id, { runId }]) => begun.get(id)?.runId === runId).length;
  await runs.close();
  say(`${moved.length} of ${begun.size} links go on under the new version, ${inTheSameRun} in the same run`);
  const links = { openLinks: begun.size, linksUnderNew: moved.length, inTheSameRun };
  return { from, to: new Date(), takenOverAfterMs, ...links };
}
