import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupSettings } from '../../activities';
import { toLinkWorkflowId } from '../../domain/ids';
import { benchSettings } from '../delivery/run';
import { startOwn, startServers, stopOwn, type BenchServers, type OwnProcess } from '../scene/servers';
import { cpuMsOf, findProcesses, rssMbOf, type Part } from './processes';
import { openRhythm, startRounds, type RhythmScene, type Way } from './scene';
import type { RhythmNote } from './worker-process';

export interface RhythmOptions {
  contacts: number;
  intervalMs: number;
  /** Intervals that are measured. */
  rounds: number;
  /** Intervals before that. */
  warmUp: number;
  /** Afterwards the worker is killed and away for so long; 0: it is not. */
  outageMs: number;
}

/** After the worker was killed and started again: until half and all of the links had a round, in seconds; those that had none after 5 minutes. */
export interface Recovery {
  halfSeconds: number;
  allSeconds: number;
  never: number;
}

/** What a part used: processor time for each round, and memory at the end. */
interface Used {
  cpuMs: number;
  rssMb: number;
}

export interface RhythmResult extends RhythmOptions {
  way: Way;
  seconds: number;
  done: number;
  lateMs: number[];
  /** Events in the histories of some links for each round; null: none could be followed. */
  events: number | null;
  startsPerSecond: number;
  recovery: Recovery | null;
  parts: Record<'worker' | 'temporal' | 'store', Used>;
}

type Parts = Record<keyof RhythmResult['parts'], Part>;

const workerFile = 'bench/rhythm/worker-process.ts';

const portOf = (address: string): string => address.replace(/^.*:/, '').replace(/\/.*$/, '');

function findParts({ mongoUrl, mongoKind, temporalAddress }: BenchServers, worker: OwnProcess): Parts {
  const port = portOf(mongoUrl);
  const store = mongoKind === 'given' ? { names: ['mongod', 'ferretdb', 'postgres'] } : { words: [port] };
  return {
    worker: [worker.child.pid ?? 0],
    temporal: findProcesses({ words: ['start-dev', portOf(temporalAddress)] }),
    store: findProcesses(store),
  };
}

/** The worker's note since the last time it was asked. */
async function takeNote({ child }: OwnProcess, lines: Interface): Promise<RhythmNote> {
  const line = once(lines, 'line') as Promise<[string]>;
  child.kill('SIGUSR2');
  return JSON.parse((await line)[0]) as RhythmNote;
}

const followed = 20;

/** How long the histories of some links are, by their run. */
async function lengthsOf({ client, linkIds }: RhythmScene): Promise<Map<string, number>> {
  const some = linkIds
    .slice(0, followed)
    .map((linkId) => client.workflow.getHandle(toLinkWorkflowId(linkId)));
  const runs = await Promise.all(some.map((handle) => handle.describe()));
  return new Map(runs.map(({ runId, historyLength }) => [runId, historyLength]));
}

function eventsBetween(
  before: Map<string, number>,
  after: Map<string, number>,
  rounds: number,
): number | null {
  const grown = [...after].flatMap(([run, length]) => {
    const was = before.get(run);
    return was === undefined ? [] : [length - was];
  });
  return grown.length === 0 ? null : grown.reduce((sum, one) => sum + one, 0) / grown.length / rounds;
}

async function measure(scene: RhythmScene, parts: Parts, worker: OwnProcess, options: RhythmOptions) {
  const lines = createInterface({ input: worker.child.stdout ?? process.stdin });
  const { intervalMs, rounds, warmUp } = options;
  await sleep(warmUp * intervalMs);
  await takeNote(worker, lines);
  const lengths = await lengthsOf(scene);
  const names = Object.keys(parts) as (keyof Parts)[];
  const before = names.map((name) => cpuMsOf(parts[name]));
  const startedAtMs = performance.now();
  await sleep(rounds * intervalMs);
  const { rounds: done, lateMs } = await takeNote(worker, lines);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const used = names.map((name, index) => [
    name,
    { cpuMs: (cpuMsOf(parts[name]) - (before[index] ?? 0)) / Math.max(1, done), rssMb: rssMbOf(parts[name]) },
  ]);
  const events = eventsBetween(lengths, await lengthsOf(scene), rounds);
  lines.close();
  return { seconds, done, lateMs, events, parts: Object.fromEntries(used) as RhythmResult['parts'] };
}

const givenUpAfterMs = 300_000;

/** A worker that died, an outage, a new worker: when every link has been looked at again. */
async function recover(scene: RhythmScene, worker: OwnProcess, outageMs: number) {
  await stopOwn(worker, 'SIGKILL');
  await sleep(outageMs);
  const next = await startOwn(workerFile, [JSON.stringify(scene.task)]);
  const since = new Date();
  const secondsOf = () => (Date.now() - since.getTime()) / 1_000;
  const { model } = scene.store.links;
  const countDone = () => model.countDocuments({ lastCheckedAt: { $gte: since } }).exec();
  const all = scene.linkIds.length;
  let done = 0;
  let halfSeconds = NaN;
  while (done < all && Date.now() - since.getTime() < givenUpAfterMs) {
    await sleep(250);
    done = await countDone();
    if (done >= all / 2 && Number.isNaN(halfSeconds)) halfSeconds = secondsOf();
  }
  const recovery: Recovery = { halfSeconds, allSeconds: secondsOf(), never: all - done };
  return { recovery, next };
}

const settingsOf = (way: Way, intervalMs: number): BackupSettings => ({
  ...benchSettings,
  backupIntervalMs: intervalMs,
  quietBy: way === 'retried' ? 'retries' : 'timer',
});

/** One way, on fresh servers, for so many contacts for which nothing ever waits. */
export async function runRhythm(way: Way, options: RhythmOptions): Promise<RhythmResult> {
  const servers = await startServers({ temporal: true });
  const settings = settingsOf(way, options.intervalMs);
  const scene = await openRhythm(servers, { contacts: options.contacts, settings });
  try {
    const startedAtMs = performance.now();
    let worker = await startOwn(workerFile, [JSON.stringify(scene.task)]);
    await startRounds(scene, way);
    const startsPerSecond = options.contacts / ((performance.now() - startedAtMs) / 1_000);
    const measured = await measure(scene, findParts(servers, worker), worker, options);
    let recovery: Recovery | null = null;
    if (options.outageMs > 0) ({ recovery, next: worker } = await recover(scene, worker, options.outageMs));
    await stopOwn(worker, 'SIGKILL');
    return { ...options, ...measured, way, startsPerSecond, recovery };
  } finally {
    await scene.close();
    await servers.stop();
  }
}
