import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestMetrics } from './rest/client';
import type { PortalFacts } from './rest/same-portal';
import type { BudgetStorage } from './pacing/shared-budget';
import { createPortal, type Portal } from './portal';

/** How a portal is reached: the configured address in the clear, and what was seen of the portal itself. */
export interface PortalAccess {
  webhookUrl: string;
  movedTo: string | null;
  facts: PortalFacts | null;
}

/** Where access is kept. `findAccess` gives null when there is no such portal. */
export interface CredentialStorage {
  findAccess(portalId: string): Promise<PortalAccess | null>;
  saveMove(portalId: string, origin: string | null): Promise<void>;
  saveFacts(portalId: string, facts: PortalFacts): Promise<void>;
}

export interface PortalDirectoryOptions {
  credentials: CredentialStorage;
  budgets: BudgetStorage;
  requestLimitMs: number;
  /** See `PortalOptions`. */
  writeWindowMs?: number | undefined;
  probeEveryMs?: number | undefined;
  idleWindowMs?: number | undefined;
  onRequest?: ((metrics: RequestMetrics) => void) | undefined;
  /** How long closing waits for answers; default 5 s. */
  closePatienceMs?: number | undefined;
}

/** The portals a process works with: one client each, renewed when its credentials change. */
export interface PortalDirectory {
  /** Throws when there is no such portal. */
  portalOf: (portalId: string) => Promise<Portal>;
  /** Sends nothing new, and ends with the requests under way or, of a portal that does not answer, without them: as after a kill it is looked for what came of them. */
  close: () => Promise<void>;
}

export function createPortalDirectory(options: PortalDirectoryOptions): PortalDirectory {
  const { credentials, closePatienceMs = 5_000, ...portalOptions } = options;
  const known = new Map<string, { access: PortalAccess; portal: Portal }>();

  function open(portalId: string, access: PortalAccess): Portal {
    const portal = createPortal({
      ...portalOptions,
      portalId,
      webhookUrl: access.webhookUrl,
      movedTo: access.movedTo,
      // Not saved now, both are learnt again.
      onMoved: (origin) => void credentials.saveMove(portalId, origin).catch(() => undefined),
      facts: {
        known: () => known.get(portalId)?.access.facts ?? null,
        keep: (facts) => void credentials.saveFacts(portalId, facts).catch(() => undefined),
      },
    });
    known.set(portalId, { access, portal });
    return portal;
  }

  async function portalOf(portalId: string): Promise<Portal> {
    const access = await credentials.findAccess(portalId);
    if (access === null) throw new Error('There is no such portal.');
    const current = known.get(portalId);
    if (current?.access.webhookUrl !== access.webhookUrl) {
      const portal = open(portalId, access);
      await current?.portal.close();
      return portal;
    }
    current.access = access;
    return current.portal;
  }

  return {
    portalOf,
    close: async () => {
      const closed = Promise.all([...known.values()].map(({ portal }) => portal.close()));
      const over = new AbortController();
      const patience = sleep(closePatienceMs, undefined, over).catch(() => undefined);
      await Promise.race([closed, patience]).finally(() => over.abort());
    },
  };
}
