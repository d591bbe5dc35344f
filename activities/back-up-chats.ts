import type { Attention, Clocks, LinkState, Rhythm } from '../domain/link';
import { toLinkTarget } from '../domain/ids';
import type { LinkDoc } from '../store/link-schema';
import type { ActivityDeps, RoundDeps } from './deps';
import { toTrouble, type Trouble } from './failures';
import { beginRound, type Round } from './round';
import { runLane, type LaneResult } from './run-lane';

/** What a round tells its workflow: states, counts and times only. Times are ISO, durations milliseconds. */
export interface RoundResult extends Clocks {
  state: LinkState;
  rhythm: Rhythm;
  /** A change of the link waits to be carried out. */
  changeWaits: boolean;
  attention: Attention | null;
  delivered: number;
  pendingMessages: number;
  messagesBackedUp: number;
  arrivals: number;
  quiet: boolean;
  retryAfterMs: number | null;
  intervalMs: number;
  parkAfterQuietRounds: number | null;
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const toAttention = ({ code, advice }: Trouble): Attention => ({
  code,
  advice,
  since: new Date().toISOString(),
});

async function toResult(deps: ActivityDeps, link: LinkDoc, lanes: LaneResult[]): Promise<RoundResult> {
  const target = toLinkTarget(link._id);
  const [live, history] = await Promise.all([
    deps.store.outbox.count(target, 'live'),
    deps.store.outbox.count(target, 'history'),
  ]);
  const retries = lanes.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  const delivered = lanes.reduce((sum, lane) => sum + lane.delivered, 0);
  return {
    state: link.state,
    rhythm: link.rhythm,
    changeWaits: link.change !== null,
    attention: link.attention,
    delivered,
    pendingMessages: live + history,
    messagesBackedUp: link.messagesBackedUp,
    lastSyncAt: iso(link.lastSyncAt),
    lastCheckedAt: iso(link.lastCheckedAt),
    lastBackedUpAt: iso(link.lastBackedUpAt),
    arrivals: link.arrivals,
    quiet: delivered === 0 && live + history === 0,
    retryAfterMs: retries.length === 0 ? null : Math.min(...retries),
    intervalMs: deps.settings.backupIntervalMs,
    parkAfterQuietRounds: deps.settings.parkAfterQuietRounds,
  };
}

/** Live goes before history; what stops one lane does not stop the other, unless the portal itself is in trouble. */
async function runLanes(round: Round): Promise<LaneResult[]> {
  const { store } = round.deps;
  const waits = (await store.outbox.hasAny(round.target)) || (await store.entries.hasUnsettled(round.target));
  if (!waits) return [];
  const live = await runLane(round, 'live');
  return [live, await runLane(round, 'history')];
}

/** Writes down why a round failed, where a person looks for it; best effort, since the store may be what failed. */
async function recordTrouble({ store }: ActivityDeps, link: LinkDoc, error: unknown): Promise<void> {
  const trouble = toTrouble(error);
  try {
    await store.links.recordTry(link._id, new Date());
    if (trouble.portalWide) await store.portals.setAttention(link.portalId, toAttention(trouble));
    await store.links.setAttention(link._id, toAttention(trouble));
  } catch {
    // The failure itself is on its way to the workflow, which shows it.
  }
}

/** Leaves the clocks of a finished round. `lastSyncAt` stands still while something of the live lane waits. */
async function finishRound(round: Round, startedAt: Date, lanes: LaneResult[]): Promise<void> {
  const { store } = round.deps;
  const id = round.link._id;
  const waiting = lanes.length > 0 && (await store.outbox.count(round.target, 'live')) > 0;
  await store.links.moveClocks(id, { checkedAt: startedAt, syncedAt: waiting ? null : startedAt });
  const trouble = lanes.find((lane) => lane.trouble !== null)?.trouble ?? null;
  if (trouble) await store.links.setAttention(id, toAttention(trouble));
  else if (round.link.attention) await store.links.setAttention(id, null);
  if (round.portalDoc.attention && lanes.some(({ delivered }) => delivered > 0))
    await store.portals.setAttention(round.link.portalId, null);
}

/** The round of one link: unfinished entries, then what waits, then the clocks. See DESIGN "The order of writes". */
export async function backUpLink(deps: RoundDeps, linkId: string): Promise<RoundResult | null> {
  const startedAt = new Date();
  const link = await deps.store.links.load(linkId);
  if (!link) return null;
  if (link.state !== 'linked' || link.change !== null || link.rhythm === 'paused')
    return toResult(deps, link, []);
  if (link.rhythm === 'parked') await deps.store.links.setRhythm(linkId, 'rounds', ['parked']);
  let lanes: LaneResult[] = [];
  try {
    const round = await beginRound(deps, link);
    if (round) {
      lanes = await runLanes(round);
      await finishRound(round, startedAt, lanes);
    }
  } catch (error) {
    await recordTrouble(deps, link, error);
    throw error;
  }
  return toResult(deps, (await deps.store.links.load(linkId)) ?? link, lanes);
}

/** Parks a link that stayed quiet, unless something arrived since its last round read `arrivals`. */
export async function parkLink({ store }: ActivityDeps, linkId: string, arrivals: number): Promise<boolean> {
  return store.links.park(linkId, arrivals);
}
