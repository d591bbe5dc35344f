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
  /** Links whose run, begun by the version before, went on under the new one; and all. */
  runsThatWentOn: number;
  openRuns: number;
  lateness?: Lateness;
}

interface Runs {
  current(): Promise<string>;
  listOpen(): Promise<Map<string, string>>;
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
    /** The build that worked each open run last, by the run. */
    listOpen: async () => {
      const query = `WorkflowType = 'contactLinkWorkflow' AND ExecutionStatus = 'Running'`;
      const { executions } = await workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: 1_000,
      });
      return new Map(
        (executions ?? []).map(({ execution, versioningInfo }) => [
          execution?.runId ?? '',
          versioningInfo?.deploymentVersion?.buildId ?? '',
        ]),
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
  const wentOn = [...begun.keys()].filter((runId) => now.has(runId) && now.get(runId) !== old);
  await runs.close();
  say(`${wentOn.length} of ${begun.size} runs of the version before go on under the new one`);
  return { from, to: new Date(), takenOverAfterMs, runsThatWentOn: wentOn.length, openRuns: begun.size };
}
