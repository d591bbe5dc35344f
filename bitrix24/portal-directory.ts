import type { RequestMetrics } from './rest/client';
import type { BudgetStorage } from './pacing/shared-budget';
import { createPortal, type Portal } from './portal';

/** Where credentials are kept. `findWebhookUrl` gives the address in the clear, or null when there is no such portal. */
export interface CredentialStorage {
  findWebhookUrl(portalId: string): Promise<string | null>;
  saveWebhookUrl(portalId: string, webhookUrl: string): Promise<void>;
}

export interface PortalDirectoryOptions {
  credentials: CredentialStorage;
  budgets: BudgetStorage;
  requestLimitMs: number;
  /** See `PortalOptions`. */
  writeWindowMs?: number | undefined;
  probeEveryMs?: number | undefined;
  onRequest?: ((metrics: RequestMetrics) => void) | undefined;
}

/** The portals a process works with: one client each, renewed when its credentials change. */
export interface PortalDirectory {
  /** Throws when there is no such portal. */
  portalOf: (portalId: string) => Promise<Portal>;
  close: () => Promise<void>;
}

export function createPortalDirectory(options: PortalDirectoryOptions): PortalDirectory {
  const { credentials, ...portalOptions } = options;
  const known = new Map<string, { webhookUrl: string; portal: Portal }>();

  function open(portalId: string, webhookUrl: string): Portal {
    const onMoved = (movedUrl: string): void => {
      const current = known.get(portalId);
      if (current) current.webhookUrl = movedUrl;
      // Not saved now, it is learnt again with the next redirect.
      void credentials.saveWebhookUrl(portalId, movedUrl).catch(() => undefined);
    };
    const portal = createPortal({ ...portalOptions, portalId, webhookUrl, onMoved });
    known.set(portalId, { webhookUrl, portal });
    return portal;
  }

  async function portalOf(portalId: string): Promise<Portal> {
    const webhookUrl = await credentials.findWebhookUrl(portalId);
    if (webhookUrl === null) throw new Error('There is no such portal.');
    const current = known.get(portalId);
    if (current?.webhookUrl === webhookUrl) return current.portal;
    const portal = open(portalId, webhookUrl);
    await current?.portal.close();
    return portal;
  }

  return {
    portalOf,
    close: async () => {
      await Promise.all([...known.values()].map(({ portal }) => portal.close()));
    },
  };
}
