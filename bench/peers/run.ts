import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { planArrivals } from './figures/arrivals';
import { separateCosts, type Costs, type Stretch } from './figures/costs';
import { measureLateness, type Lateness } from './figures/lateness';
import type { Ledger } from './figures/ledger';
import { readUsage } from './figures/processor';
import { spreadOf, type Spread } from './figures/quantiles';
import { killInTheMiddle, type AfterKill } from './kill';
import { untilNothingWaits, type Peer, type RunningPeer, type RunOptions } from './peer';
import { readPages } from './read-pages';
import type { StoreServer } from './servers/store';
import { createTalk } from './talk';

/** What one run of an approach showed. */
export interface RunResult extends Pick<Ledger, 'said' | 'lost' | 'doubled' | 'outOfOrder' | 'comments'> {
  costs: Costs;
  idleLateness: Lateness | null;
  activeLateness: Lateness | null;
  freshness: Spread | null;
  /** Resident memory of worker and own servers that came with the contacts, and what they have altogether. */
  memoryPer10kMb: number;
  memoryMb: number;
  /** From the first schedule to the last one. */
  setUpSeconds: number;
  requests: number;
  /** Comments a request with comments. */
  fill: number;
  refusals: number;
  afterKill: AfterKill | null;
}

const baseMs = 8_000;

/** Everything in a folder of its own that is gone afterwards. */
export async function runPeer(peer: Peer, store: StoreServer, options: RunOptions): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-peers-'));
  const { contacts, intervalMs } = options;
  try {
    const running = await peer.open({ mongoUrl: store.mongoUrl, contacts, intervalMs, folder });
    try {
      return await measure(running, store, options);
    } finally {
      await running.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Base without contacts, a warm-up of one interval, rounds in which nobody writes, rounds in which some do, and a kill if asked. */
async function measure(peer: RunningPeer, store: StoreServer, options: RunOptions): Promise<RunResult> {
  const { contacts, intervalMs, rounds, activeShare } = options;
  const usage = () => readUsage({ ...peer.processes(), store: store.pids });
  async function stretch(work: () => Promise<unknown>, work2: Omit<Stretch, 'seconds' | 'times'>) {
    const before = usage();
    const beganMs = Date.now();
    await work();
    const after = usage();
    const times = Object.fromEntries(
      Object.entries(after).map(([part, { cpuMs }]) => [part, cpuMs - (before[part]?.cpuMs ?? 0)]),
    );
    return { ...work2, beganMs, endedMs: Date.now(), seconds: (Date.now() - beganMs) / 1000, times };
  }
  const base = await stretch(() => sleep(baseMs), { contactRounds: 0, activeContactRounds: 0 });
  const memoryBefore = memoryOf(peer);
  const beganMs = Date.now();
  const grid = await peer.begin();
  const setUpSeconds = (Date.now() - beganMs) / 1000;
  await sleep(Math.max(0, grid.firstMs - Date.now()) + intervalMs);
  const allRounds = contacts * rounds;
  const idle = await stretch(() => sleep(rounds * intervalMs), {
    contactRounds: allRounds,
    activeContactRounds: 0,
  });
  const memoryMb = memoryOf(peer);
  const idleLateness = measureLateness(grid, since(peer, idle.beganMs), [idle.beganMs, idle.endedMs]);

  await peer.portal.resetStats();
  const talk = createTalk(peer);
  const arrivals = planArrivals(options);
  const active = await stretch(
    async () => {
      await talk.sayAll(arrivals);
      await untilNothingWaits(peer, 3 * intervalMs + 120_000);
    },
    { contactRounds: 0, activeContactRounds: Math.round(contacts * activeShare) * rounds },
  );
  active.contactRounds = (contacts * active.seconds * 1000) / intervalMs;
  const activeLateness = measureLateness(grid, since(peer, active.beganMs), [active.beganMs, active.endedMs]);
  const beforeKill = await readPages(peer, talk.said);
  const stats = await peer.portal.stats();
  const afterKill = options.kills > 0 ? await killInTheMiddle(peer, talk, options) : null;
  const { freshnessMs, ...ledger } = beforeKill;
  const last = afterKill ? await readPages(peer, talk.said) : ledger;
  return {
    ...{ said: last.said, lost: last.lost, doubled: last.doubled, outOfOrder: last.outOfOrder },
    comments: last.comments,
    costs: separateCosts(base, idle, active),
    ...{ idleLateness, activeLateness, freshness: spreadOf(freshnessMs) },
    ...{ memoryPer10kMb: ((memoryMb - memoryBefore) * 10_000) / contacts, memoryMb, setUpSeconds },
    requests: stats.requests,
    fill: ledger.comments / Math.max(1, stats.requestsWith['crm.timeline.comment.add'] ?? 0),
    refusals: stats.queryLimitExceeded + stats.operationTimeLimit,
    afterKill,
  };
}

/** The store's memory is left out: it is the same server for all. */
const memoryOf = (peer: RunningPeer): number =>
  Object.values(readUsage(peer.processes())).reduce((sum, { rssMb }) => sum + rssMb, 0);

const since = (peer: RunningPeer, ms: number) => peer.checks().filter(({ atMs }) => atMs >= ms);
