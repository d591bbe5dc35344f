import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { contactLinkWorkflowName, linkPriorityOf, resumeSignal } from '../workflows/messages';
import { measureBeginning } from './starts/one-beginning';
import { startServers } from './scene/servers';

/**
 * What the beginning of a link costs until it rests, the rate at which Temporal's dev server takes starts where nobody works, and whether a portal with little to do has its turn beside one
 * that is saturated. `node --import tsx bench/starts.ts [starts]`
 */
const starts = Number(process.argv[2] ?? 3_000);

async function each(count: number, atOnce: number, work: (index: number) => Promise<unknown>) {
  let next = 0;
  const run = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}

async function measureStarts({ workflow }: Client, atOnce: number): Promise<number> {
  const beganMs = performance.now();
  await each(starts, atOnce, (index) =>
    workflow.signalWithStart(contactLinkWorkflowName, {
      workflowId: `start/${atOnce}/${index}`,
      taskQueue: 'nobody',
      args: [{ linkId: 'x' }],
      signal: resumeSignal,
      priority: linkPriorityOf('portal'),
    }),
  );
  return Math.round(starts / ((performance.now() - beganMs) / 1_000));
}

/** Activities of a busy portal fill the queue, then a quiet one has ten; gives how many of the busy ones went before the last of the ten. */
async function measureTurns(client: Client, address: string, isFair: boolean): Promise<number> {
  const order: string[] = [];
  const taskQueue = `turns-${isFair}`;
  const start = (portal: string, index: number) =>
    client.workflow.start('oneStep', {
      workflowId: `${taskQueue}/${portal}/${index}`,
      taskQueue,
      args: [portal],
      ...(isFair ? { priority: linkPriorityOf(portal) } : {}),
    });
  const connection = await NativeConnection.connect({ address });
  const create = (activities: object | undefined) =>
    Worker.create({
      ...{ connection, taskQueue, maxConcurrentActivityTaskExecutions: 4 },
      ...(activities ? { activities } : { workflowsPath: require.resolve('./starts/one-step') }),
    });
  const workflows = await create(undefined);
  const running = [workflows.run()];
  await each(400, 16, (index) => start('busy', index));
  await each(10, 10, (index) => start('quiet', index));
  await sleep(5_000);
  const step = async (portal: string) => {
    order.push(portal);
    await sleep(20);
  };
  const steps = await create({ step });
  running.push(steps.run());
  while (order.filter((portal) => portal === 'quiet').length < 10) await sleep(50);
  const before = order.lastIndexOf('quiet') - 9;
  for (const worker of [workflows, steps]) worker.shutdown();
  await Promise.all(running);
  await connection.close();
  return before;
}

async function main(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const servers = await startServers({ temporal: true });
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const client = new Client({ connection });
  for (const born of [undefined, 'linked', 'parked'] as const) {
    const begun = await measureBeginning(client, servers.temporalAddress, starts, born);
    const { aSecond, ownCpuMs, serverCpuMs, steps } = begun;
    process.stdout.write(
      `${starts} links begin ${born ? `born ${born}` : 'by a look-up'}, 16 at once: ${aSecond.toFixed(0)} a second until they rest, ${steps.toFixed(1)} steps, CPU ms each: worker ${ownCpuMs.toFixed(1)}, Temporal ${serverCpuMs.toFixed(1)}\n`,
    );
  }
  for (const atOnce of [8, 16, 32, 64]) {
    process.stdout.write(
      `${starts} starts, ${atOnce} at once: ${await measureStarts(client, atOnce)} a second\n`,
    );
  }
  for (const isFair of [false, true]) {
    const before = await measureTurns(client, servers.temporalAddress, isFair);
    process.stdout.write(
      `${isFair ? 'with' : 'without'} fairness keys: ${before} of 400 steps of a busy portal before ten of a quiet one\n`,
    );
  }
  await connection.close();
  await servers.stop();
}

void main();
