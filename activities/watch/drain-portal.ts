import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context, log } from '@temporalio/activity';
import { toTrouble, type Trouble } from '../failures';
import { closeRound } from '../rounds/close-round';
import { endPortalAttention } from '../attention';
import { countWaitingWith } from '../../intake/groups/count-waiting';
import { loadGroups } from '../groups/group-work';
import { carryGroups } from '../rounds/carry-groups';
import { beginRound, loadShared, type RoundDeps, type Shared } from '../rounds/round';
import { runLane, type LaneResult } from '../rounds/run-lane';
import { forEachOf } from '../../linking/for-each-of';
import { isDrainable, listDrainable } from './drainable';

/** Entries that a portion delivered, and in how many milliseconds there is more to do; null: the rest is the rounds'. */
export interface Drained {
  delivered: number;
  goOnAfterMs: number | null;
}

/** A backlog: a full batch of links whose messages wait longer than a round's interval. */
const linksOfBacklog = 50;
/** Batches go full when eight of them wait: see docs/benchmarks.md. */
const roundsAtOnce = 400;
/** They begin one after the other: all at once, none would have its comment ready before the last one. */
const startGapMs = 5;
/** The rounds of a portion prepare their comments one after the other; a batch waits for them. */
const patienceMs = 2_000;
/** A portion starts no more rounds after this long, so that a worker can be stopped and the sweep has its turn. */
const startsWithinMs = 150_000;
/** A link that is woken meanwhile is left to it. */
const drainComesWithinMs = 60_000;
/** A portal that does not work is asked by one caller at a time, at the pace of its outage; to look is free. */
const lookAgainMs = 15_000;

/** Whether more waits for longer than it should than the links' own rounds will soon have delivered. */
export async function hasBacklog(deps: RoundDeps, portalId: string): Promise<boolean> {
  const before = new Date(Date.now() - deps.settings.backupIntervalMs);
  const { linkIds } = await listDrainable(deps, portalId, { before, atLeast: linksOfBacklog });
  if (linkIds.length < linksOfBacklog) return false;
  // The drain follows the sweep that asks.
  deps.drainTurns.expect(linkIds, drainComesWithinMs);
  return true;
}

/** The live lanes of one link and its groups, as a round works them; the link's rhythm and its workflow are left as they are. */
async function drainLink(deps: RoundDeps, shared: Shared, linkId: string): Promise<LaneResult[]> {
  const startedAt = new Date();
  const link = await deps.store.links.load(linkId);
  if (!link || !isDrainable(link)) return [];
  const round = await beginRound(deps, link, shared);
  if (!round) return [];
  const own = await runLane(round, 'live');
  const groups = await loadGroups(deps.store, link);
  const all = [own, ...(await carryGroups(round, groups, ['live']))];
  const counts = await countWaitingWith(deps.store, [link], groups.members);
  await closeRound(round, { startedAt, lanes: all, waiting: counts.get(linkId)?.live ?? 0, by: 'drain' });
  return all;
}

interface Progress {
  delivered: number;
  left: number;
  /** When the first of those can go on that wait for a time: an outcome that is not known yet. */
  retryAfterMs: number | null;
  trouble: Trouble | null;
}

function add(progress: Progress, lane: LaneResult): void {
  progress.delivered += lane.delivered;
  if (lane.retryAfterMs === null) return;
  progress.retryAfterMs = Math.min(lane.retryAfterMs, progress.retryAfterMs ?? lane.retryAfterMs);
}

/** One link's trouble is recorded by its own round; what concerns them all ends the portion. */
function meet(deps: RoundDeps, progress: Progress, linkId: string, error: unknown): void {
  deps.onRound?.('failed');
  const trouble = toTrouble(error);
  if (trouble.portalWide) progress.trouble ??= trouble;
  else if (trouble.code === 'store_unavailable') throw error;
  else log.warn('A drain left a link to its own round', { linkId, code: trouble.code });
}

/**
 * After an outage the links' own rounds would take an interval and more to deliver what piled up. A portion of a drain works
 * the longest waiting links off, so many at once that every batch is full. Everything is written as a round writes it; a
 * link's own round that comes meanwhile waits its turn, and finds its part done; a wake before the drain came to it is left to the drain.
 */
export async function drainPortal(deps: RoundDeps, portalId: string): Promise<Drained> {
  const { cancellationSignal: signal } = Context.current();
  // Every round of the portion listens whether the worker stops.
  setMaxListeners(0, signal);
  const startsBeforeMs = performance.now() + startsWithinMs;
  const shared = await loadShared(deps, portalId, patienceMs);
  if (!shared) return { delivered: 0, goOnAfterMs: null };
  const { linkIds, isMore } = await listDrainable(deps, portalId, { atLeast: roundsAtOnce });
  const progress: Progress = { delivered: 0, left: 0, retryAfterMs: null, trouble: null };
  deps.drainTurns.expect(linkIds, 2 * startsWithinMs);
  await forEachOf([...linkIds.entries()], roundsAtOnce, async ([index, linkId]) => {
    if (index < roundsAtOnce) await sleep(index * startGapMs);
    if (progress.trouble || signal.aborted || performance.now() > startsBeforeMs) {
      progress.left += 1;
      return;
    }
    try {
      const lanes = await deps.serialise(linkId, () => drainLink(deps, shared, linkId));
      for (const lane of lanes) add(progress, lane);
    } catch (error) {
      meet(deps, progress, linkId, error);
    } finally {
      deps.drainTurns.end([linkId]);
    }
  }).finally(() => deps.drainTurns.end(linkIds));
  const { delivered, left, retryAfterMs, trouble } = progress;
  await endPortalAttention(deps, shared.portalDoc, delivered);
  if (delivered > 0) log.info('A drain delivered what had piled up', { portalId, entries: delivered, left });
  if (trouble) return { delivered, goOnAfterMs: trouble.retryAfterMs ?? lookAgainMs };
  const isLeft = left > 0 || (isMore && delivered > 0);
  return { delivered, goOnAfterMs: isLeft ? 0 : retryAfterMs };
}
