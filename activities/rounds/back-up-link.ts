import { toLinkTarget } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps, RoundDeps } from '../deps';
import { finishRound, recordTrouble } from './finish-round';
import { noteDelivered } from '../portal-attention';
import { beginRound, type Round } from './round';
import { toRoundResult, type RoundResult } from './round-result';
import { countDelivered, runLane, type LaneResult } from './run-lane';

async function toResult(deps: ActivityDeps, link: LinkDoc, lanes: LaneResult[]): Promise<RoundResult> {
  const target = toLinkTarget(link._id);
  const [live, history] = await Promise.all([
    deps.store.outbox.count(target, 'live'),
    deps.store.outbox.count(target, 'history'),
  ]);
  return toRoundResult(deps.settings, link, { lanes, pendingMessages: live + history });
}

/** Live goes before history; what stops one lane does not stop the other, unless the portal itself is in trouble. */
async function runLanes(round: Round): Promise<LaneResult[]> {
  const { store } = round.deps;
  const waits = (await store.outbox.hasAny(round.target)) || (await store.entries.hasUnsettled(round.target));
  if (!waits) return [];
  const live = await runLane(round, 'live');
  return [live, await runLane(round, 'history')];
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
      await finishRound(round, startedAt, lanes, 'workflow');
      await noteDelivered(deps, round.portalDoc, countDelivered(lanes));
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
