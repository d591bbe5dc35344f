import { setTimeout as sleep } from 'node:timers/promises';
import { createLines } from '../../intake/lines';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import { whichHaveWork } from '../groups/group-work';
import { toQuietResult } from '../rounds/back-up-link';
import { toLateMs } from '../rounds/timeliness';
import type { RoundResult } from '../round-result';

/** One parked or paused is not looked at here: its workflow, if it believes otherwise, has a whole round, which puts that right. */
const isInRounds = ({ state, rhythm, change, attention }: LinkDoc): boolean =>
  state === 'linked' && rhythm === 'rounds' && change === null && attention === null;

/**
 * Quiet rounds of many links with five questions to the store. Null: a whole round must look. As in every round, the time
 * is read before the rows, and the clocks are moved last.
 */
export async function checkLinks(
  deps: ActivityDeps,
  linkIds: readonly string[],
): Promise<(RoundResult | null)[]> {
  const { store, settings } = deps;
  const startedAt = new Date();
  const links = (await store.links.loadMany(linkIds)).filter(isInRounds);
  const busy = await whichHaveWork(store, links);
  const quiet = new Map(links.filter(({ _id }) => !busy.has(_id)).map((link) => [link._id, link]));
  await store.links.moveQuietClocks([...quiet.keys()], startedAt);
  for (const link of quiet.values()) deps.onRound?.('quiet', toLateMs(link, startedAt, settings));
  return linkIds.map((linkId) => {
    const link = quiet.get(linkId);
    return link ? toQuietResult(deps, link, startedAt) : null;
  });
}

/** Looks are gathered for so long at most, and cost the store a quarter of what a quarter as long does; a link's place in the interval is kept to that. */
const longestGatherMs = 1_000;

/** Looks at a link together with all those that are due in the same moment. */
export function createCheckSoon(deps: ActivityDeps): (linkId: string) => Promise<RoundResult | null> {
  const check = createLines<string, RoundResult | null>({
    lineOf: () => '',
    sizeOf: () => 1,
    ...{ atOnce: 2, worthAnother: 100, largest: 500, take: (linkIds) => checkLinks(deps, linkIds) },
  });
  const gatherMs = Math.min(longestGatherMs, deps.settings.backupIntervalMs / 20);
  return async (linkId) => {
    await sleep(gatherMs - (Date.now() % gatherMs));
    return check(linkId);
  };
}
