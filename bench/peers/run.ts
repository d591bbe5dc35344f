import { setTimeout as sleep } from 'node:timers/promises';
import { planArrivals } from './figures/arrivals';
import { separateCosts, type Costs } from './figures/costs';
import { countRounds, measureLateness, type Lateness } from './figures/lateness';
import type { Ledger } from './figures/ledger';
import { readUsage } from './figures/processor';
import { spreadOf, type Spread } from './figures/quantiles';
import { killInTheMiddle, type AfterKill } from './kill';
import { openInFolder, untilNothingWaits, type Peer, type RunningPeer, type RunOptions } from './peer';
import { readPages } from './read-pages';
import type { StoreServer } from './servers/store';
import { createStretches, type Stretches, type Timed } from './stretch';
import { createTalk, type Talk } from './talk';

/** What one run of an approach showed. */
export interface RunResult extends Pick<Ledger, 'said' | 'lost' | 'doubled' | 'outOfOrder' | 'comments'> {
  costs: Costs;
  idleLateness: Lateness | null;
  activeLateness: Lateness | null;
  freshness: Spread | null;
  /** Resident memory of worker and own servers that came with the contacts (null: too few to tell), and what they have altogether. */
  memoryPer10kMb: number | null;
  memoryMb: number;
  /** From the first schedule to the last one. */
  setUpSeconds: number;
  requests: number;
  /** Comments a request with comments. */
  fill: number;
  refusals: number;
  afterKill: AfterKill | null;
  /** Where something still waits in the end, what is not on its page is not lost. */
  stillWaiting: number;
}

/** What a process does when it is new is nobody's cost. */
const settleMs = 5_000;
const baseMs = 12_000;
/** The first rounds are those of code that is not compiled yet. */
const warmUpMs = 30_000;
/** What fewer add in memory is less than what comes and goes by itself. */
const fewContacts = 1_000;

/** Everything in a folder of its own that is gone afterwards. */
export function runPeer(peer: Peer, store: StoreServer, options: RunOptions): Promise<RunResult> {
  const { contacts, intervalMs } = options;
  const given = { mongoUrl: store.mongoUrl, contacts, intervalMs };
  return openInFolder(peer, given, (running) => measure(running, store, options));
}

/** Base without contacts, a warm-up of an interval at least, rounds in which nobody writes, rounds in which some do, and a kill if asked. */
async function measure(peer: RunningPeer, store: StoreServer, options: RunOptions): Promise<RunResult> {
  const { contacts, intervalMs, rounds } = options;
  const during = createStretches(() => readUsage({ ...peer.processes(), store: store.pids }));
  await sleep(settleMs);
  const base = await during(() => sleep(baseMs));
  const memoryBeforeMb = memoryOf(peer);
  const beganMs = Date.now();
  const grid = await peer.begin();
  const setUpSeconds = (Date.now() - beganMs) / 1000;
  await sleep(Math.max(0, grid.firstMs - Date.now()) + Math.max(intervalMs, warmUpMs));

  const counted = (timed: Timed) => {
    const contactRounds = countRounds(grid, peer.checks(), [timed.beganMs, timed.endedMs]);
    return { ...timed, contactRounds: Math.max(1, contactRounds) };
  };
  const idle = counted(await during(() => sleep(rounds * intervalMs)));
  const memoryMb = memoryOf(peer);
  const lateness = ({ beganMs: fromMs, endedMs }: Timed) =>
    measureLateness(grid, peer.checks(), [fromMs, endedMs]);
  const idleLateness = lateness(idle);
  const talk = createTalk(peer);
  const { timed, ...delivery } = await deliver(peer, talk, during, options);
  const active = counted(timed);
  const activeLateness = lateness(active);
  const afterKill = options.kills > 0 ? await killInTheMiddle(peer, talk, options) : null;
  const { said, lost, doubled, outOfOrder, comments } = await readPages(peer, talk.said);
  return {
    ...{ said, lost, doubled, outOfOrder, comments, ...delivery, afterKill },
    stillWaiting: await peer.countWaiting(),
    costs: separateCosts(base, idle, active),
    ...{ idleLateness, activeLateness, setUpSeconds, memoryMb },
    memoryPer10kMb: contacts < fewContacts ? null : ((memoryMb - memoryBeforeMb) * 10_000) / contacts,
  };
}

/** Rounds in which some contacts write, until everything is on its page. */
async function deliver(peer: RunningPeer, talk: Talk, during: Stretches, options: RunOptions) {
  const { contacts, intervalMs, rounds, activeShare } = options;
  await peer.portal.resetStats();
  const timed = await during(async () => {
    await talk.sayAll(planArrivals(options));
    await untilNothingWaits(peer, 3 * intervalMs + 120_000);
  });
  const { comments, freshnessMs } = await readPages(peer, talk.said);
  const stats = await peer.portal.stats();
  return {
    timed: { ...timed, activeContactRounds: Math.round(contacts * activeShare) * rounds },
    freshness: spreadOf(freshnessMs),
    requests: stats.requests,
    fill: comments / Math.max(1, stats.requestsWith['crm.timeline.comment.add'] ?? 0),
    refusals: stats.queryLimitExceeded + stats.operationTimeLimit,
  };
}

/** The store's memory is left out: it is the same server for all. */
const memoryOf = (peer: RunningPeer): number =>
  Object.values(readUsage(peer.processes())).reduce((sum, { rssMb }) => sum + rssMb, 0);
