import { NativeConnection, Worker } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { contactLinkWorkflowName, linkPriorityOf } from '../../workflows/messages';
import type { Born } from '../../workflows/link-state';
import { bundleWorkflows } from '../../worker/workflow-code';
import { usedSince, readTimes } from '../sweep/measure';

/** What the beginning of a link costs until its workflow rests: a look-up, or born linked or parked. */
export interface Beginning {
  aSecond: number;
  /** Of the worker's process, which asks for the starts, too. */
  ownCpuMs: number;
  serverCpuMs: number;
  steps: number;
}

const atOnce = 16;
let bundle: ReturnType<typeof bundleWorkflows> | undefined;

/** The answers of a link for which nothing waits; each is counted. */
function createSteps() {
  let count = 0;
  const answer =
    <Result>(result: Result) =>
    () => {
      count += 1;
      return Promise.resolve(result);
    };
  const quiet = {
    ...{ state: 'linked', rhythm: 'rounds', changeWaits: false, attention: null, delivered: 0 },
    ...{
      pendingMessages: 0,
      messagesBackedUp: 0,
      lastSyncAt: null,
      lastCheckedAt: null,
      lastBackedUpAt: null,
    },
    ...{ arrivals: 0, quiet: true, retryAfterMs: null, intervalMs: 3_600_000, parkAfterQuietRounds: 1 },
  };
  const activities = {
    lookUpContact: answer({ kind: 'found' }),
    recordLink: answer({ linked: true }),
    checkLink: answer(quiet),
    uploadMessages: answer(quiet),
    parkLink: answer(true),
  };
  return { activities, read: () => count };
}

/** Begins so many links and waits until no step comes any more. The time is until the last start and step. */
export async function measureBeginning(
  client: Client,
  address: string,
  starts: number,
  born: Born | undefined,
): Promise<Beginning> {
  const taskQueue = `begin-${born ?? 'asked'}`;
  const connection = await NativeConnection.connect({ address });
  const { activities, read } = createSteps();
  const workflowBundle = await (bundle ??= bundleWorkflows('plain'));
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  const running = worker.run();
  const servers = ['temporal', 'temporal-server', 'server'];
  const before = { cpu: process.cpuUsage(), servers: readTimes(servers), ms: performance.now() };
  let next = 0;
  const start = async () => {
    for (let index = next++; index < starts; index = next++) {
      const args = [{ linkId: `${taskQueue}-${index}`, ...(born ? { born } : {}) }];
      const workflowId = `${taskQueue}/${index}`;
      await client.workflow.start(contactLinkWorkflowName, {
        ...{ workflowId, taskQueue, args, priority: linkPriorityOf('portal') },
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, start));
  let lastMs = performance.now();
  for (let seen = -1, still = 0; still < 10; still = read() === seen ? still + 1 : 0) {
    if (read() !== seen) lastMs = performance.now();
    seen = read();
    await sleep(200);
  }
  const { user, system } = process.cpuUsage(before.cpu);
  const server = usedSince(before.servers, servers);
  worker.shutdown();
  await running;
  await connection.close();
  return {
    aSecond: starts / ((lastMs - before.ms) / 1_000),
    ownCpuMs: (user + system) / 1_000 / starts,
    serverCpuMs: server / starts,
    steps: read() / starts,
  };
}
