import type { Listing } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import { registered, toFailure } from './failures';

const maxKept = 20_000;

type Given = { linkId: string } | { portalId: string };

/** The portal of a link, which never changes: asked once a link and process. */
function createPortalIdOf({ store }: Pick<ActivityDeps, 'store'>) {
  const kept = new Map<string, string>();
  return async (given: Given): Promise<string | null> => {
    if ('portalId' in given) return given.portalId;
    const known = kept.get(given.linkId) ?? (await store.links.load(given.linkId))?.portalId ?? null;
    if (kept.size >= maxKept) kept.clear();
    if (known !== null) kept.set(given.linkId, known);
    return known;
  };
}

/** An answer with what the lists may be told. */
export type Listed<Out> = Out extends null ? null : Out & { listing?: Listing };

/**
 * Makes steps say, with what they answer or how they fail, what the workflow may tell Temporal's lists: see docs/decisions/0047. A worker of
 * a Temporal that lacks the attributes says nothing, and the workflow tells nothing.
 */
export function createListed(deps: Pick<ActivityDeps, 'store' | 'isSearchable' | 'settings'>) {
  const portalIdOf = createPortalIdOf(deps);
  async function findListing(given: Given): Promise<{ listing?: Listing }> {
    if (deps.isSearchable?.() !== true) return {};
    const portalId = await portalIdOf(given).catch(() => null);
    return portalId === null ? {} : { listing: { portalId } };
  }
  return <In extends Given, Out extends object | null>(activity: (given: In) => Promise<Out>) =>
    registered(async (given: In): Promise<Listed<Out>> => {
      try {
        const answer: object | null = await activity(given);
        return (answer && { ...answer, ...(await findListing(given)) }) as Listed<Out>;
      } catch (error) {
        const { listing } = await findListing(given);
        // A link whose first round fails has heard of no interval yet.
        const { backupIntervalMs: intervalMs } = deps.settings;
        throw toFailure(error, [listing ?? null, { intervalMs }]);
      }
    });
}
