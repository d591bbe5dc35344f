import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Store } from '../store/store';
import { taskQueue as productQueue } from '../workflows/messages';

const checkMs = 2_000;
/** However many ask, the servers are asked this often at most. */
const sameForMs = 500;
const workflowTasks = 1;

/** What each part is in: `up`, or a sentence on what is wrong and what that means. */
export interface Parts {
  mongodb: string;
  temporal: string;
  worker: string;
  portals: string;
}

export interface Readiness {
  /** Messages can be taken. */
  isReady: boolean;
  missing: string[];
  parts: Parts;
}

interface Given {
  store: Store;
  temporal: Client;
  taskQueue?: string;
}

/** Null: no answer, an error or none in time. */
const askInTime = <T>(answer: Promise<T>): Promise<T | null> =>
  Promise.race([answer.catch(() => null), sleep(checkMs, null, { ref: false })]);

async function askTemporal({ temporal }: Given): Promise<boolean> {
  const until = Date.now() + checkMs;
  const ask = () => temporal.workflowService.getSystemInfo({});
  return (await askInTime(temporal.connection.withDeadline(until, ask))) !== null;
}

async function askMongo({ store }: Given): Promise<boolean> {
  return (await askInTime(store.ping().then(() => true))) !== null;
}

/** By Temporal's own list of those who asked for work in the last minutes. */
async function askForWorkers({ temporal, taskQueue: name = productQueue }: Given): Promise<string> {
  const { namespace } = temporal.options;
  const ask = () =>
    temporal.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType: workflowTasks,
    });
  const found = await askInTime(temporal.connection.withDeadline(Date.now() + checkMs, ask));
  if (!found) return 'not known: Temporal does not say who asks it for work';
  if (found.pollers && found.pollers.length > 0) return 'up';
  return 'none asks for work: nothing is backed up until one runs; what arrives is kept';
}

async function askForPortals({ store }: Given): Promise<string> {
  const portals = await askInTime(store.portals.list());
  if (!portals) return 'not known without the database';
  const codes = portals.flatMap(({ attention }) => (attention ? [attention.code] : []));
  if (codes.length === 0) return 'up';
  return `${codes.length} of ${portals.length} need attention: ${[...new Set(codes)].sort().join(', ')}`;
}

const down = {
  mongodb: 'does not answer: no message can be taken, sources are to deliver again',
  temporal: 'does not answer: messages are taken, and backed up once it is back',
};

async function look(given: Given): Promise<Readiness> {
  const [mongodb, temporal] = await Promise.all([askMongo(given), askTemporal(given)]);
  const [worker, portals] = await Promise.all([
    temporal ? askForWorkers(given) : 'not known without Temporal',
    mongodb ? askForPortals(given) : 'not known without the database',
  ]);
  const missing = [...(mongodb ? [] : ['mongodb']), ...(temporal ? [] : ['temporal'])];
  const words = { mongodb: mongodb ? 'up' : down.mongodb, temporal: temporal ? 'up' : down.temporal };
  return { isReady: mongodb, missing, parts: { ...words, worker, portals } };
}

/** Whether messages can be taken, and how each part is, in words. Never throws. */
export function createReadiness(given: Given): () => Promise<Readiness> {
  let last: { at: number; readiness: Promise<Readiness> } | null = null;
  return () => {
    const at = performance.now();
    if (!last || at - last.at > sameForMs) last = { at, readiness: look(given) };
    return last.readiness;
  };
}
