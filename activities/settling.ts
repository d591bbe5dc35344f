import { randomUUID } from 'node:crypto';
import type { Portal } from '../bitrix24/portal';
import { unknownAfterMs, type ActivityDeps } from './deps';
import { settleAll } from './settle-all';

/** `elsewhere`: another process looks just now; what it finds is on the entries soon. */
export type Pass = 'done' | 'elsewhere';

/** Looks for entries of unknown outcome, many links' at once. */
export interface Settling {
  /** Ends with a pass that began after the call. */
  pass(portal: Portal): Promise<Pass>;
}

/** As many as one request can ask for. */
const entriesAtOnce = 50;
const leaseMs = 20_000;

/**
 * A lost batch leaves up to fifty links with an entry of unknown outcome, and their rounds come back together. The first
 * one looks for all of them, with one request; the others join it. Of several processes one looks at a time.
 */
export function createSettling(deps: ActivityDeps): Settling {
  const holder = randomUUID();
  const waiting = new Map<string, Promise<Pass>>();
  const running = new Map<string, Promise<unknown>>();

  async function look(portal: Portal): Promise<Pass> {
    const { store, settings } = deps;
    const lease = `settle/${portal.portalId}`;
    if (!(await store.leases.take(lease, holder, leaseMs))) return 'elsewhere';
    try {
      const sentBefore = new Date(Date.now() - unknownAfterMs(settings));
      await settleAll(
        deps,
        portal,
        await store.entries.listUnknown(portal.portalId, sentBefore, entriesAtOnce),
      );
      return 'done';
    } finally {
      await store.leases.release(lease, holder);
    }
  }

  function start(portal: Portal): Promise<Pass> {
    const { portalId } = portal;
    const pass = (running.get(portalId) ?? Promise.resolve()).then(() => {
      waiting.delete(portalId);
      return look(portal);
    });
    waiting.set(portalId, pass);
    const over = pass
      .catch(() => undefined)
      .finally(() => {
        if (running.get(portalId) === over) running.delete(portalId);
      });
    running.set(portalId, over);
    return pass;
  }

  return { pass: (portal) => waiting.get(portal.portalId) ?? start(portal) };
}
