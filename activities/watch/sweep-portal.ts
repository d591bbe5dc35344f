import { log } from '@temporalio/activity';
import { toLinkTarget } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import { advancePerson, reviewConflict } from '../../intake/sweep-people';
import { routeForgotten } from '../../intake/routing';
import type { ActivityDeps } from '../deps';
import type { RoundDeps } from '../rounds/round';
import { hasBacklog, isDrainable } from './drain-portal';
import { forEachOf } from '../for-each-of';
import { wakeLink } from '../wake-link';

/** A sweep in counts. */
export interface Swept {
  messagesRouted: number;
  linksWoken: number;
  /** A backlog is there: the portal is to be drained. */
  hasBacklog: boolean;
  intervalMs: number;
}

/** An ingest that is still under way is left alone for this long. */
const routingGraceMs = 20_000;
const page = 500;
const wakesAtOnce = 16;

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
      const { state, parkedLinkId } = await advancePerson(store, _id);
      if (parkedLinkId) parked.push(parkedLinkId);
      if (state !== 'more') break;
    }
  }
  return parked;
}

/** Stamps parked links as checked at once; returns those that have something waiting after all. */
async function sweepParked({ store }: ActivityDeps, portalId: string, startedAt: Date): Promise<LinkDoc[]> {
  const waiting: LinkDoc[] = [];
  for (let after: string | null = null; ;) {
    const links = await store.links.listParked(portalId, after, page);
    const busy = await store.outbox.whichWait(links.map(({ _id }) => toLinkTarget(_id)));
    const isBusy = ({ _id }: LinkDoc) => busy.has(toLinkTarget(_id));
    waiting.push(...links.filter(isBusy));
    await store.links.stampParked(
      links.filter((link) => !isBusy(link)),
      startedAt,
    );
    after = links.at(-1)?._id ?? null;
    if (links.length < page || after === null) return waiting;
  }
}

/**
 * The sweep keeps a portal honest every few minutes: finishes merges, routes messages whose ingest died, starts links that wait for their
 * start, revives lost workflows, and looks after parked links. Safe to repeat; a workflow that runs is only nudged.
 */
export async function sweepPortal(deps: RoundDeps, portalId: string): Promise<Swept> {
  const { store, settings } = deps;
  const startedAt = new Date();
  const before = (ms: number) => new Date(startedAt.getTime() - ms);
  const merged = await sweepMerges(deps, portalId);
  const routed = await routeForgotten(store, portalId, before(routingGraceMs));
  const parked = await sweepParked(deps, portalId, startedAt);
  const [isBacklog, starting, neglected] = await Promise.all([
    hasBacklog(deps, portalId),
    store.links.listUnstarted(portalId, before(routingGraceMs), page),
    store.links.listNeglected(portalId, before(3 * settings.backupIntervalMs), page),
  ]);
  const ready = await Promise.all(
    [...merged, ...routed.parkedLinkIds].map((linkId) => store.links.load(linkId)),
  );
  const waiting = [...ready.filter((link) => link !== null), ...parked];
  const leftToWake = isBacklog ? waiting.filter((link) => !isDrainable(link)) : waiting;
  const all = [...leftToWake, ...starting, ...neglected];
  const toWake = [...new Map(all.map((link) => [link._id, link])).values()];
  await forEachOf(toWake, wakesAtOnce, wakeLink);
  if (toWake.length > 0) log.info('The sweep woke links', { portalId, links: toWake.length });
  return {
    messagesRouted: routed.versions,
    linksWoken: toWake.length,
    hasBacklog: isBacklog,
    intervalMs: settings.backupIntervalMs,
  };
}
