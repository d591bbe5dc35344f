import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureLateness, type Lateness } from './figures/lateness';
import { readUsage } from './figures/processor';
import { openInFolder, type Peer, type RunningPeer } from './peer';
import type { StoreServer } from './servers/store';

/** So many contacts, looked after for some rounds in which nobody writes. */
export interface Step {
  contacts: number;
  roundsPerSecond: number;
  /** Of all cores of this machine, by its own processes and the store. */
  cpuShare: number;
  lateness: Lateness | null;
  isKept: boolean;
}

export interface StepOptions {
  /** Rising. */
  contacts: readonly number[];
  intervalMs: number;
  rounds: number;
}

const mostCpuShare = 0.7;
const mostLateMs = 5_000;

/** More and more contacts, until checks come late or the machine has too much to do. */
export async function runSteps(peer: Peer, store: StoreServer, options: StepOptions): Promise<Step[]> {
  const steps: Step[] = [];
  for (const contacts of options.contacts) {
    const { intervalMs, rounds } = options;
    const given = { mongoUrl: store.mongoUrl, contacts, intervalMs };
    const step = await openInFolder(peer, given, (running) => measure(running, store, { ...given, rounds }));
    steps.push(step);
    if (!step.isKept) break;
  }
  return steps;
}

async function measure(
  peer: RunningPeer,
  store: StoreServer,
  { contacts, intervalMs, rounds }: { contacts: number; intervalMs: number; rounds: number },
): Promise<Step> {
  const cpuMs = () =>
    Object.values(readUsage({ ...peer.processes(), store: store.pids })).reduce(
      (sum, one) => sum + one.cpuMs,
      0,
    );
  const grid = await peer.begin();
  await sleep(Math.max(0, grid.firstMs - Date.now()) + intervalMs);
  const fromMs = Date.now();
  const before = cpuMs();
  await sleep((rounds + 0.5) * intervalMs);
  const untilMs = Date.now();
  const cpuShare = (cpuMs() - before) / ((untilMs - fromMs) * cpus().length);
  const lateness = measureLateness(grid, peer.checks(), [fromMs, untilMs]);
  const isOnTime = lateness !== null && lateness.p99 <= mostLateMs;
  return {
    ...{ contacts, roundsPerSecond: (contacts * 1000) / intervalMs, cpuShare, lateness },
    isKept: isOnTime && cpuShare <= mostCpuShare,
  };
}
