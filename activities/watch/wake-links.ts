import type { LinkDoc } from '../../store/links/link-schema';
import { toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { goRound } from './go-round';
import { isolate } from '../isolate';
import { wakeLink } from '../wake-link';

/** Temporal takes several hundred starts a second: see docs/decisions/0022. */
const wakesAtOnce = 16;
const page = 500;
/** A request that is being answered just now is left alone for this long. */
const startGraceMs = 20_000;

interface Revival {
  /** The portal's watch has just begun, or begun anew. */
  isFirst: boolean;
  /** By `performance.now()`: the rest waits for the next sweep. */
  untilMs: number;
}

/** Wakes these links; one that cannot be woken says so on itself. Gives the number of those that were. */
export async function wakeAll(deps: ActivityDeps, portalId: string, items: readonly LinkDoc[]) {
  const woken = await isolate<LinkDoc>(deps, {
    ...{ portalId, kind: 'wake', items, idOf: ({ _id }) => _id, atOnce: wakesAtOnce, work: wakeLink },
    setAside: ({ _id }, trouble) => deps.store.links.setAttention(_id, toAttention(trouble)),
  });
  return woken.length;
}

/** Starts the links whose request, or whose change, reached no workflow; a page at least, more while there is time. */
export async function startUnstarted(deps: ActivityDeps, portalId: string, untilMs: number): Promise<number> {
  const before = new Date(Date.now() - startGraceMs);
  const fetch = deps.store.links.listUnstarted.bind(null, portalId, before);
  let woken = 0;
  for await (const links of goRound(deps, { portalId, list: 'unstarted', pageSize: page, fetch })) {
    woken += await wakeAll(deps, portalId, links);
    if (performance.now() > untilMs) break;
  }
  return woken;
}

/**
 * Revives lost workflows as fast as Temporal takes them, the longest neglected first. A link that was woken is noted as tried, and has three
 * intervals for its round: so every page is of others, and an interrupted sweep goes on where it stopped. Where the watch itself was lost,
 * Temporal may have lost all: nobody's round is waited for.
 */
export async function reviveNeglected(deps: ActivityDeps, portalId: string, { isFirst, untilMs }: Revival) {
  const { store, settings } = deps;
  const before = new Date(Date.now() - (isFirst ? 0 : 3 * settings.backupIntervalMs));
  let woken = 0;
  for (;;) {
    const links = await store.links.listNeglected(portalId, before, page);
    woken += await wakeAll(deps, portalId, links);
    const ids = links.map(({ _id }) => _id);
    await store.links.recordTries(ids, new Date());
    if (links.length < page || performance.now() > untilMs) return woken;
  }
}
