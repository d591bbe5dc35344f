import { log } from '@temporalio/activity';
import { toLinkTarget } from '../domain/ids';
import type { LinkDoc } from '../store/link-schema';
import { advanceMerge, reviewConflict } from '../store/person-merge';
import { routeForgotten } from '../store/routing';
import type { ActivityDeps } from './deps';
import { wakeLink } from './wake-link';

/** What a sweep did: counts only. */
export interface Swept {
  messagesRouted: number;
  linksWoken: number;
  parkedChecked: number;
  intervalMs: number;
}

/** An ingest that is still under way is left alone for this long. */
const routingGraceMs = 20_000;
const page = 500;

const mergesAtOnce = 50;
const passesOfMerge = 25;
const conflictsAtOnce = 200;

/** Goes on with merges of people that were begun, and with conflicts that have gone away. Gives parked links to wake. */
async function sweepMerges({ store }: ActivityDeps, portalId: string): Promise<string[]> {
  for (const review of await store.reviews.listConflicts(portalId, null, conflictsAtOnce)) {
    await reviewConflict(store, review);
  }
  const parked: string[] = [];
  for (const { _id } of await store.people.listMoving(portalId, mergesAtOnce)) {
    for (let pass = 0; pass < passesOfMerge; pass += 1) {
      const { state, parkedLinkId } = await advanceMerge(store, _id);
      if (parkedLinkId) parked.push(parkedLinkId);
      if (state !== 'more') break;
    }
  }
  return parked;
}

/** Stamps parked links as checked at once; returns those that have something waiting after all. */
async function sweepParked({ store }: ActivityDeps, portalId: string, startedAt: Date) {
  const waiting: LinkDoc[] = [];
  let checked = 0;
  for (let after: string | null = null; ;) {
    const links = await store.links.listParked(portalId, after, page);
    for (const link of links) {
      if (await store.outbox.hasAny(toLinkTarget(link._id))) waiting.push(link);
      else await store.links.stampParked(link._id, link.arrivals, startedAt);
    }
    checked += links.length;
    after = links.at(-1)?._id ?? null;
    if (links.length < page || after === null) return { waiting, checked };
  }
}

/**
 * What keeps a portal honest every few minutes: finishes merges, routes messages whose ingest died, starts links that wait for their
 * start, revives lost workflows, and looks after parked links. Safe to repeat; a workflow that runs is only nudged.
 */
export async function sweepPortal(deps: ActivityDeps, portalId: string): Promise<Swept> {
  const { store, settings } = deps;
  const startedAt = new Date();
  const before = (ms: number) => new Date(startedAt.getTime() - ms);
  const merged = await sweepMerges(deps, portalId);
  const routed = await routeForgotten(store, portalId, before(routingGraceMs));
  const parked = await sweepParked(deps, portalId, startedAt);
  const [starting, neglected] = await Promise.all([
    store.links.listUnstarted(portalId, before(routingGraceMs), page),
    store.links.listNeglected(portalId, before(3 * settings.backupIntervalMs), page),
  ]);
  const ready = await Promise.all(
    [...merged, ...routed.parkedLinkIds].map((linkId) => store.links.load(linkId)),
  );
  const all = [...ready.filter((link) => link !== null), ...parked.waiting, ...starting, ...neglected];
  const toWake = [...new Map(all.map((link) => [link._id, link])).values()];
  for (const link of toWake) await wakeLink(link);
  if (toWake.length > 0) log.info('The sweep woke links', { portalId, links: toWake.length });
  return {
    messagesRouted: routed.versions,
    linksWoken: toWake.length,
    parkedChecked: parked.checked,
    intervalMs: settings.backupIntervalMs,
  };
}
