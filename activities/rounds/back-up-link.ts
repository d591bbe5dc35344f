import { untilPhaseMs } from '../../domain/rhythm/phase';
import { countWaitingWith, countWaitingOfLinks } from '../../intake/groups/count-waiting';
import type { Waiting } from '../../store/delivery/target-counts';
import { countBackedUp, type LinkDoc } from '../../store/links/link-schema';
import { endPortalAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { hasWork, loadGroups, type Groups } from '../groups/group-work';
import type { RoundResult } from '../round-result';
import { carryGroups } from './carry-groups';
import { closeRound, recordTrouble } from './close-round';
import { beginRound, type Round, type RoundDeps } from './round';
import { countDelivered, runLane, type LaneResult } from './run-lane';
import { toLateMs } from './timeliness';

const nothingWaits: Waiting = { live: 0, history: 0 };

const countOf = async ({ store }: ActivityDeps, link: LinkDoc): Promise<Waiting> =>
  (await countWaitingOfLinks(store, [link])).get(link._id) ?? nothingWaits;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

interface Left extends Waiting {
  startedAt: Date;
  lanes?: readonly LaneResult[];
}

/** The result of a round that left the link like this. */
function toResult(
  { settings }: ActivityDeps,
  link: LinkDoc,
  { startedAt, live, history, lanes = [] }: Left,
): RoundResult {
  const retries = lanes.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  const delivered = countDelivered(lanes);
  const pendingMessages = live + history;
  return {
    state: link.state,
    rhythm: link.rhythm,
    changeWaits: link.change !== null,
    attention: link.attention,
    delivered,
    pendingMessages,
    messagesBackedUp: countBackedUp(link),
    lastSyncAt: iso(link.lastSyncAt),
    lastCheckedAt: iso(link.lastCheckedAt),
    lastBackedUpAt: iso(link.lastBackedUpAt),
    arrivals: link.arrivals,
    quiet: delivered === 0 && pendingMessages === 0,
    retryAfterMs: retries.length === 0 ? null : Math.min(...retries),
    intervalMs: settings.backupIntervalMs,
    parkAfterQuietRounds: settings.parkAfterQuietRounds,
    awaits: settings.quietBy !== 'timer',
    untilNextMs: untilPhaseMs(link._id, settings.backupIntervalMs, startedAt.getTime()),
  };
}

/** What waits has its turn in a drain of this process. Should that die, the link's next round finds out. */
async function leaveToDrain(deps: ActivityDeps, link: LinkDoc, startedAt: Date): Promise<RoundResult> {
  await deps.store.links.recordTry(link._id, startedAt);
  return toResult(deps, { ...link, rhythm: 'rounds' }, { ...(await countOf(deps, link)), startedAt });
}

export function toQuietResult(deps: ActivityDeps, link: LinkDoc, startedAt: Date): RoundResult {
  const checked = { ...link, rhythm: 'rounds' as const, lastCheckedAt: startedAt, lastSyncAt: startedAt };
  return toResult(deps, checked, { ...nothingWaits, startedAt });
}

/**
 * The round of a link for which nothing waits, which is nearly every round there is: five small questions to the store and
 * none to the portal. Null: a whole round must look. It reads the time before the rows, as every round does. `asked`: a person wants
 * it now, and no drain is waited for.
 */
export async function checkLink(
  deps: RoundDeps,
  { linkId, asked = false }: { linkId: string; asked?: boolean },
): Promise<RoundResult | null> {
  const { store } = deps;
  const startedAt = new Date();
  const link = await store.links.load(linkId);
  const isPlain =
    link?.state === 'linked' && link.rhythm !== 'paused' && link.change === null && link.attention === null;
  if (!isPlain) return null;
  const isBusy = await hasWork(store, linkId, await loadGroups(store, link));
  if (isBusy && (asked || !deps.drainTurns.has(linkId))) return null;
  if (link.rhythm === 'parked') await store.links.setRhythm(linkId, 'rounds', ['parked']);
  if (isBusy) return leaveToDrain(deps, link, startedAt);
  await store.links.moveClocks(linkId, { checkedAt: startedAt, syncedAt: startedAt, triedAt: startedAt });
  deps.onRound?.('quiet', toLateMs(link, startedAt, deps.settings));
  return toQuietResult(deps, link, startedAt);
}

/** Rounds of a link's lanes, and what waits for its page after them. */
interface Worked {
  lanes: LaneResult[];
  waiting: Waiting;
}

/**
 * Its own chats, live before history, then the groups; what stops one lane does not stop the other, unless the portal itself is in
 * trouble.
 */
async function work(round: Round, groups: Groups): Promise<Worked> {
  const { deps, link } = round;
  if (!(await hasWork(deps.store, link._id, groups))) return { lanes: [], waiting: nothingWaits };
  const own = [await runLane(round, 'live'), await runLane(round, 'history')];
  const lanes = await carryGroups(round, groups);
  const counts = await countWaitingWith(deps.store, [link], groups.members);
  return { lanes: [...own, ...lanes], waiting: counts.get(link._id) ?? nothingWaits };
}

/** The round of one link: unfinished entries, then what waits, then the clocks. See DESIGN "The order of writes". */
export async function backUpLink(deps: RoundDeps, linkId: string): Promise<RoundResult | null> {
  const { store } = deps;
  const startedAt = new Date();
  const link = await store.links.load(linkId);
  if (!link) return null;
  if (link.state !== 'linked' || link.change !== null || link.rhythm === 'paused')
    return toResult(deps, link, { ...(await countOf(deps, link)), startedAt });
  if (link.rhythm === 'parked') await store.links.setRhythm(linkId, 'rounds', ['parked']);
  try {
    const round = await beginRound(deps, link);
    if (!round) return toResult(deps, link, { ...(await countOf(deps, link)), startedAt });
    const { lanes, waiting } = await work(round, await loadGroups(store, link));
    await closeRound(round, { startedAt, lanes, waiting: waiting.live, by: 'workflow' });
    await endPortalAttention(deps, round.portalDoc, countDelivered(lanes));
    const closed = (await store.links.load(linkId)) ?? link;
    return toResult(deps, closed, { ...waiting, startedAt, lanes });
  } catch (error) {
    await recordTrouble(deps, link, error);
    throw error;
  }
}
