import type { LinkDoc } from '../../store/links/link-schema';
import { groupIdOf, linkIdOf, type Target } from '../../domain/ids';
import type { Store } from '../../store/store';
import { type ActivityDeps } from '../deps';
import { portionsOf } from '../../linking/portions';
import { listCarriers } from '../groups/page-runs';
import { isOfWholePortal } from '../failures';

/** A link that waits for a person, or for its own change, is left to its own workflow. */
export const isDrainable = ({ state, rhythm, change, doubt, attention }: LinkDoc): boolean =>
  state === 'linked' &&
  rhythm !== 'paused' &&
  change === null &&
  doubt === null &&
  (attention === null || isOfWholePortal(attention.code));

const linksAtOnce = 500;

/** A group waits for the links that are to carry it. */
async function listLinkIds(store: Store, target: Target): Promise<string[]> {
  const linkId = linkIdOf(target);
  if (linkId !== null) return [linkId];
  return (await listCarriers(store, groupIdOf(target) ?? '')).map(({ _id }) => _id);
}

async function takeDrainable({ store }: ActivityDeps, linkIds: readonly string[]): Promise<string[]> {
  const drainable: string[] = [];
  for await (const some of portionsOf(linkIds, linksAtOnce)) {
    const canGo = new Set((await store.links.loadMany(some)).filter(isDrainable).map(({ _id }) => _id));
    drainable.push(...some.filter((linkId) => canGo.has(linkId)));
  }
  return drainable;
}

/**
 * The links that a drain can help, the longest waiting first: of all rows, or of those that arrived before a time. Rows of links that
 * cannot go, however many and old, are looked past until there are `atLeast` so many others. `isMore`: not all rows were looked at.
 */
export async function listDrainable(
  deps: ActivityDeps,
  portalId: string,
  { before, atLeast }: { before?: Date; atLeast: number },
): Promise<{ linkIds: string[]; isMore: boolean }> {
  const known = new Set<string>();
  const linkIds: string[] = [];
  let from: Date | null = new Date(0);
  while (from !== null && linkIds.length < atLeast) {
    const waiting = await deps.store.outbox.listWaiting(portalId, { from, ...(before && { before }) });
    const ids = await Promise.all(waiting.targets.map(({ target }) => listLinkIds(deps.store, target)));
    const fresh = [...new Set(ids.flat())].filter((linkId) => !known.has(linkId));
    linkIds.push(...(await takeDrainable(deps, fresh)));
    for (const linkId of fresh) known.add(linkId);
    from = waiting.next;
  }
  return { linkIds, isMore: from !== null };
}
