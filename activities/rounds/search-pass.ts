import { randomUUID } from 'node:crypto';
import type { Portal } from '../../bitrix24/portal';
import type { EntryDoc } from '../../store/delivery/entries';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { createSerialiser } from '../serialise';
import { searchPages } from './search-pages';

/** `elsewhere`: another process searches just now; what it finds is on the entries soon. */
type Passed = 'done' | 'elsewhere';

/** Searches the pages for entries of unknown outcome, many links' at once; ends with a pass that began after the call. */
export type SearchPass = (portal: Portal) => Promise<Passed>;

/** As many as one request can ask for, and as many as one batch can leave. */
const entriesAtOnce = 50;
/** How long after its holder's death another process may search; a holder that lives renews it. */
const leaseMs = 20_000;
const renewEveryMs = 5_000;

/**
 * The oldest batches, each of them whole, that one request can ask for. What went with one request has the same `sentAt`; of
 * a batch that has no place, nothing is asked, so that no batch is asked about twice. `found`: oldest first, one more than
 * have a place.
 */
function toWholeBatches(found: readonly EntryDoc[]): readonly EntryDoc[] {
  if (found.length <= entriesAtOnce) return found;
  const cutAtMs = found[entriesAtOnce]?.sentAt?.getTime();
  const whole = found.filter(({ sentAt }) => sentAt?.getTime() !== cutAtMs);
  return whole.length > 0 ? whole : found.slice(0, entriesAtOnce);
}

/**
 * A lost batch leaves up to fifty links with an entry of unknown outcome, and their rounds come back together. The first
 * one searches for all of them, with one request; the others join it. Of several processes one searches at a time.
 */
export function createSearchPass(deps: ActivityDeps): SearchPass {
  const holder = randomUUID();
  const waiting = new Map<string, Promise<Passed>>();
  const serialise = createSerialiser();

  async function search(portal: Portal): Promise<Passed> {
    const { store, settings } = deps;
    const lease = `settle/${portal.portalId}`;
    if (!(await store.leases.take(lease, holder, leaseMs))) return 'elsewhere';
    const renewing = setInterval(() => {
      // Lost, another process searches as well: that costs a request, and both write the same.
      store.leases.renew(lease, holder, leaseMs).catch(() => undefined);
    }, renewEveryMs);
    try {
      const sentBefore = new Date(Date.now() - unknownAfterMs(settings));
      const found = await store.entries.listUnknown(portal.portalId, sentBefore, entriesAtOnce + 1);
      await searchPages(deps, portal, toWholeBatches(found));
      return 'done';
    } finally {
      clearInterval(renewing);
      await store.leases.release(lease, holder);
    }
  }

  function start(portal: Portal): Promise<Passed> {
    const { portalId } = portal;
    const pass = serialise(portalId, () => {
      waiting.delete(portalId);
      return search(portal);
    });
    waiting.set(portalId, pass);
    return pass;
  }

  return (portal) => waiting.get(portal.portalId) ?? start(portal);
}
