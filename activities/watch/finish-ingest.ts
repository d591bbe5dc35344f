import { advanceHearsay } from '../../intake/hearsay/reviews';
import { advancePerson, reviewConflict } from '../../intake/merging/sweep-people';
import { routeMessage } from '../../intake/routing';
import type { ActivityDeps } from '../deps';
import { goRound } from './go-round';
import { isolate } from '../isolate';

/** What ingest had left half done: the links that are parked and have something waiting now. */
export interface Finished {
  messagesRouted: number;
  parkedLinkIds: string[];
}

/** An ingest that is still under way is left alone for this long. */
const routingGraceMs = 20_000;
/** A sweep looks so long at each list at most; the next one goes on where it stopped. */
const lookForMs = 30_000;
const passesOfMerge = 25;

const idOf = ({ _id }: { _id: string }): string => _id;

/** Each page of a list, until this sweep's share of time is over. */
async function forEachPage<Doc extends { _id: string }>(
  pages: AsyncGenerator<Doc[]>,
  work: (page: Doc[]) => Promise<unknown>,
): Promise<void> {
  const untilMs = performance.now() + lookForMs;
  for await (const page of pages) {
    await work(page);
    if (performance.now() > untilMs) return;
  }
}

/** Conflicts of people that have gone away are closed. */
async function sweepConflicts(deps: ActivityDeps, portalId: string): Promise<void> {
  const { store } = deps;
  const fetch = store.reviews.listConflicts.bind(null, portalId);
  await forEachPage(goRound(deps, { portalId, list: 'conflicts', pageSize: 200, fetch }), (items) =>
    isolate(deps, {
      ...{ portalId, kind: 'conflict', items, idOf, atOnce: 1 },
      work: (review) =>
        review.subject === 'hearsay' ? advanceHearsay(store, review) : reviewConflict(store, review),
    }),
  );
}

/** Merges of people that were begun go on. */
async function sweepMerges(deps: ActivityDeps, portalId: string): Promise<string[]> {
  const { store } = deps;
  const parked: string[] = [];
  const advance = async ({ _id }: { _id: string }) => {
    for (let pass = 0; pass < passesOfMerge; pass += 1) {
      const { state, parkedLinkId } = await advancePerson(store, _id);
      if (parkedLinkId) parked.push(parkedLinkId);
      if (state !== 'more') return;
    }
  };
  const fetch = store.people.listMoving.bind(null, portalId);
  await forEachPage(goRound(deps, { portalId, list: 'merges', pageSize: 50, fetch }), (items) =>
    isolate(deps, { portalId, kind: 'merge', items, idOf, atOnce: 1, work: advance }),
  );
  return parked;
}

/** Versions whose ingest died between its writes are routed. */
async function sweepMessages(deps: ActivityDeps, portalId: string): Promise<Finished> {
  const { store } = deps;
  const finished: Finished = { messagesRouted: 0, parkedLinkIds: [] };
  const before = new Date(Date.now() - routingGraceMs);
  const fetch = store.messages.listUnrouted.bind(null, portalId, before);
  await forEachPage(goRound(deps, { portalId, list: 'messages', pageSize: 200, fetch }), (items) =>
    isolate(deps, {
      ...{ portalId, kind: 'message', items, idOf, atOnce: 1 },
      work: async (message) => {
        const routed = await routeMessage(store, message);
        finished.messagesRouted += routed.versions;
        finished.parkedLinkIds.push(...routed.parkedLinkIds);
      },
    }),
  );
  return finished;
}

/** Finishes what ingest and the merges of people left half done. */
export async function finishIngest(deps: ActivityDeps, portalId: string): Promise<Finished> {
  await sweepConflicts(deps, portalId);
  const merged = await sweepMerges(deps, portalId);
  const { messagesRouted, parkedLinkIds } = await sweepMessages(deps, portalId);
  return { messagesRouted, parkedLinkIds: [...new Set([...merged, ...parkedLinkIds])] };
}
