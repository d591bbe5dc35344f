import { setTimeout as sleep } from 'node:timers/promises';
import { planArrivals } from './figures/arrivals';
import { separateCosts, type Costs } from './figures/costs';
import { countRounds, measureLateness, type Lateness, type PhaseGrid } from './figures/lateness';
import type { Ledger, Shown } from './figures/ledger';
import { readUsage } from './figures/processor';
import { spreadOf, type Spread } from './figures/quantiles';
import { openInFolder, untilNothingWaits, type Peer, type RunningPeer, type RunOptions } from './peer';
import { readPages } from './read-pages';
import type { StoreServer } from './servers/store';
import { createStretches, type Stretches, type Timed } from './stretch';
import { createTalk } from './talk';
import { countTraffic, type Traffic } from './traffic';

/** What a stretch in which nobody writes and one in which some do showed together. */
export interface Measured extends Traffic {
  costs: Costs;
  /** Of the messages that were taken in within the stretch. */
  freshness: Spread | null;
  /** Of contacts whose messages came to their page within the stretch. */
  activeRounds: number;
}

/** What one life of an approach showed: nothing of it is started again between its stretches. */
export interface RunResult extends Pick<Ledger, 'said' | 'lost' | 'doubled' | 'outOfOrder' | 'comments'> {
  measured: Measured[];
  /** Over all stretches together, since one holds a sweep or two. */
  idleLateness: Lateness | null;
  activeLateness: Lateness | null;
  /** Resident memory of worker and own servers that came with the contacts (null: too few to tell), and what they have altogether. */
  memoryPer10kMb: number | null;
  memoryMb: number;
  /** From the first schedule to the last one. */
  setUpSeconds: number;
  /** Where something still waits in the end, what is not on its page is not lost. */
  stillWaiting: number;
}

/** What a process does when it is new is nobody's cost. */
const settleMs = 3_000;
const baseMs = 6_000;
/** The first rounds are those of code that is not compiled yet. */
const warmUpMs = 12_000;
/** What fewer add in memory is less than what comes and goes by itself. */
const fewContacts = 1_000;

/** Everything in a folder of its own that is gone afterwards. */
export function runPeer(peer: Peer, store: StoreServer, options: RunOptions): Promise<RunResult> {
  const { contacts, intervalMs, portalRate } = options;
  const given = { mongoUrl: store.mongoUrl, contacts, intervalMs, portalRate };
  return openInFolder(peer, given, (running) => measure(running, store, options));
}

/** Base without contacts, a warm-up of an interval at least, stretches in which nobody writes, and as many in which some do. */
async function measure(peer: RunningPeer, store: StoreServer, options: RunOptions): Promise<RunResult> {
  const { contacts, intervalMs, rounds, stretches } = options;
  const during = createStretches(() => readUsage({ ...peer.processes(), store: store.pids }));
  await sleep(settleMs);
  const base = await during(() => sleep(baseMs));
  const memoryBeforeMb = memoryOf(peer);
  const beganMs = Date.now();
  const grid = await peer.begin();
  const setUpSeconds = (Date.now() - beganMs) / 1000;
  await sleep(Math.max(0, grid.firstMs - Date.now()) + Math.max(intervalMs, warmUpMs));
  const idle: Timed[] = [];
  for (let at = 0; at < stretches; at += 1) idle.push(await during(() => sleep(rounds * intervalMs)));
  const memoryMb = memoryOf(peer);
  const { active, traffic, ledger } = await talkWhile(peer, during, options);
  const { said, lost, doubled, outOfOrder, comments, shown } = ledger;
  const measured = active.flatMap((one, at): Measured[] => {
    const [before, seen] = [idle[at], traffic[at]];
    if (!before || !seen) return [];
    return [{ ...seen, ...compareStretches({ peer, grid, base, shown }, before, one, options) }];
  });
  const latenessOf = (timed: readonly Timed[]) =>
    measureLateness(grid, peer.checks(), [timed[0]?.beganMs ?? 0, timed.at(-1)?.endedMs ?? 0]);
  return {
    ...{ said, lost, doubled, outOfOrder, comments, measured, setUpSeconds, memoryMb },
    ...{ idleLateness: latenessOf(idle), activeLateness: latenessOf(active) },
    stillWaiting: await peer.countWaiting(),
    memoryPer10kMb: contacts < fewContacts ? null : ((memoryMb - memoryBeforeMb) * 10_000) / contacts,
  };
}

interface Life {
  peer: RunningPeer;
  grid: PhaseGrid;
  base: Timed;
  shown: readonly Shown[];
}

/** Costs by the checks that were made and by the messages that came to their pages, not by those that should have: slow does not look cheap. */
function compareStretches(
  { peer, grid, base, shown }: Life,
  idle: Timed,
  active: Timed,
  { messages }: RunOptions,
): Omit<Measured, keyof Traffic> {
  const counted = (timed: Timed) => ({
    ...timed,
    contactRounds: Math.max(1, countRounds(grid, peer.checks(), [timed.beganMs, timed.endedMs])),
  });
  const isWithin = (atMs: number) => atMs >= active.beganMs && atMs < active.endedMs;
  const activeRounds = shown.filter(({ shownMs }) => isWithin(shownMs)).length / messages;
  const fresh = shown.filter(({ saidMs }) => isWithin(saidMs));
  return {
    costs: separateCosts(base, counted(idle), { ...counted(active), activeContactRounds: activeRounds }),
    activeRounds,
    freshness: spreadOf(fresh.map(({ saidMs, shownMs }) => shownMs - saidMs)),
  };
}

/** An interval until as much comes to the pages as is said, then the stretches, then until everything is on its page. */
async function talkWhile(peer: RunningPeer, during: Stretches, options: RunOptions) {
  const { intervalMs, rounds, stretches } = options;
  const talk = createTalk(peer);
  await peer.portal.resetStats();
  const talking = talk.sayAll(planArrivals({ ...options, rounds: 1 + rounds * stretches }));
  await sleep(intervalMs);
  const active: Timed[] = [];
  const traffic: Traffic[] = [];
  for (let at = 0; at < stretches; at += 1) {
    const before = await peer.portal.stats();
    active.push(await during(() => sleep(rounds * intervalMs)));
    traffic.push(countTraffic(before, await peer.portal.stats()));
  }
  await talking;
  await untilNothingWaits(peer, 3 * intervalMs + 60_000);
  return { active, traffic, ledger: await readPages(peer, talk.said) };
}

/** The store's memory is left out: it is the same server for all. */
const memoryOf = (peer: RunningPeer): number =>
  Object.values(readUsage(peer.processes())).reduce((sum, { rssMb }) => sum + rssMb, 0);
