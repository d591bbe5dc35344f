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
  parts: Record<'worker' | 'temporal' | 'store', Used>;
}

type Parts = Record<keyof RhythmResult['parts'], Part>;

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
    const worker = await startOwn('bench/rhythm/worker-process.ts', [JSON.stringify(scene.task)]);
    await startRounds(scene, way);
    const startsPerSecond = options.contacts / ((performance.now() - startedAtMs) / 1_000);
    const measured = await measure(scene, findParts(servers, worker), worker, options);
    await stopOwn(worker, 'SIGKILL');
    return { ...options, ...measured, way, startsPerSecond };
  } finally {
    await scene.close();
    await servers.stop();
  }
}
