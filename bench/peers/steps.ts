import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureLateness, type Lateness } from './figures/lateness';
import { readUsage } from './figures/processor';
import { nextContacts } from './figures/next-step';
import { openInFolder, type Given, type Peer, type RunningPeer } from './peer';
import type { StoreServer } from './servers/store';

/** So many contacts, looked after for some rounds in which nobody writes. */
export interface Step {
  contacts: number;
  roundsPerSecond: number;
  /** Processor time of a contact-round by part, in ms, with what its processes take without contacts. */
  cpuMs: Record<string, number>;
  /** Of all cores of this machine, by its own processes and the store. */
  cpuShare: number;
  lateness: Lateness | null;
  isKept: boolean;
}

export interface StepOptions {
  /** Rising; one number: more and fewer are tried from there on, by what each took. */
  contacts: readonly number[];
  intervalMs: number;
  rounds: number;
  onStep?: (step: Step) => void;
}

export const mostCpuShare = 0.7;
const mostLateMs = 5_000;
const mostSteps = 6;
/** Until every contact was looked at once, the rounds with which they begin are not over; longer is not waited for it. */
const begunLimitMs = 90_000;

/** More and more contacts, until checks come late or the machine has too much to do. */
export async function runSteps(peer: Peer, store: StoreServer, options: StepOptions): Promise<Step[]> {
  const steps: Step[] = [];
  const [first = 0, ...others] = options.contacts;
  const isGiven = others.length > 0;
  let contacts: number | null = first;
  while (contacts !== null) {
    const { intervalMs, rounds } = options;
    const given: Omit<Given, 'folder'> = { mongoUrl: store.mongoUrl, contacts, intervalMs, portalRate: 2 };
    const step: Step = await openInFolder(peer, given, (running) =>
      measure(running, store, { ...given, rounds }),
    );
    steps.push(step);
    options.onStep?.(step);
    if (isGiven) contacts = step.isKept ? (others.shift() ?? null) : null;
    else contacts = steps.length < mostSteps ? nextContacts(steps, mostCpuShare) : null;
  }
  return steps;
}

async function measure(
  peer: RunningPeer,
  store: StoreServer,
  { contacts, intervalMs, rounds }: Pick<Given, 'contacts' | 'intervalMs'> & { rounds: number },
): Promise<Step> {
  const usage = () => readUsage({ ...peer.processes(), store: store.pids });
  const grid = await peer.begin();
  await untilBegun(peer, contacts);
  // The rounds with which contacts begin come on top of the first ones: what they delay is over an interval later.
  await sleep(Math.max(0, grid.firstMs - Date.now()) + 2 * intervalMs);
  const fromMs = Date.now();
  const before = usage();
  await sleep((rounds + 0.5) * intervalMs);
  const untilMs = Date.now();
  const took = Object.entries(usage()).map(
    ([part, { cpuMs }]) => [part, cpuMs - (before[part]?.cpuMs ?? 0)] as const,
  );
  const cpuShare = took.reduce((sum, [, ms]) => sum + ms, 0) / ((untilMs - fromMs) * cpus().length);
  const lateness = measureLateness(grid, peer.checks(), [fromMs, untilMs]);
  const isOnTime = lateness !== null && lateness.p99 <= mostLateMs;
  const due = (contacts * (untilMs - fromMs)) / intervalMs;
  return {
    ...{ contacts, roundsPerSecond: (contacts * 1000) / intervalMs, cpuShare, lateness },
    cpuMs: Object.fromEntries(took.map(([part, ms]) => [part, ms / due])),
    isKept: isOnTime && cpuShare <= mostCpuShare,
  };
}

async function untilBegun(peer: RunningPeer, contacts: number): Promise<void> {
  const giveUpMs = Date.now() + begunLimitMs;
  const isBegun = () => {
    const seen = new Set(peer.checks().map(({ contact }) => contact));
    return seen.has('all') || seen.size >= contacts;
  };
  while (!isBegun() && Date.now() < giveUpMs) await sleep(500);
}
