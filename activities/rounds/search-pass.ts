import { randomUUID } from 'node:crypto';
import type { Portal } from '../../bitrix24/portal';
import type { EntryDoc } from '../../store/delivery/entries';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { settleAll } from './search-pages';
import { createTurns } from '../serialise';

/** `elsewhere`: another process looks just now; what it finds is on the entries soon. */
export type Pass = 'done' | 'elsewhere';

/** Looks for entries of unknown outcome, many links' at once. */
export interface Settling {
  /** Ends with a pass that began after the call. */
  pass(portal: Portal): Promise<Pass>;
}

/** As many as one request can ask for, and as many as one batch can leave. */
const entriesAtOnce = 50;
/** How long after its holder's death another process may look; a holder that lives renews it. */
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
 * one looks for all of them, with one request; the others join it. Of several processes one looks at a time.
 */
export function createSettling(deps: ActivityDeps): Settling {
  const holder = randomUUID();
  const waiting = new Map<string, Promise<Pass>>();
  const inTurn = createTurns();

  async function look(portal: Portal): Promise<Pass> {
    const { store, settings } = deps;
    const lease = `settle/${portal.portalId}`;
    if (!(await store.leases.take(lease, holder, leaseMs))) return 'elsewhere';
    const renewing = setInterval(() => {
      // Lost, another process looks as well: that costs a request, and both write the same.
      store.leases.renew(lease, holder, leaseMs).catch(() => undefined);
    }, renewEveryMs);
    try {
      const sentBefore = new Date(Date.now() - unknownAfterMs(settings));
      const found = await store.entries.listUnknown(portal.portalId, sentBefore, entriesAtOnce + 1);
      await settleAll(deps, portal, toWholeBatches(found));
      return 'done';
    } finally {
      clearInterval(renewing);
      await store.leases.release(lease, holder);
    }
  }

  function start(portal: Portal): Promise<Pass> {
    const { portalId } = portal;
    const pass = inTurn(portalId, () => {
      waiting.delete(portalId);
      return look(portal);
    });
    waiting.set(portalId, pass);
    return pass;
  }

  return { pass: (portal) => waiting.get(portal.portalId) ?? start(portal) };
}
