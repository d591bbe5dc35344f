import { Context } from '@temporalio/activity';
import type { Portal } from '../bitrix24/portal';
import { toLinkTarget, type Target } from '../domain/ids';
import type { LinkDoc } from '../store/link-schema';
import type { PortalDoc } from '../store/portals';
import type { RoundDeps } from './deps';

/** What one round works with. */
export interface Round {
  deps: RoundDeps;
  link: LinkDoc;
  target: Target;
  contactId: number;
  portalDoc: PortalDoc;
  portal: Portal;
  signal: AbortSignal;
  /** How long its comments may wait for a full batch. */
  patienceMs: number;
}

/** Prepares a round of a linked link; null when it is in no state for one. */
export async function beginRound(deps: RoundDeps, link: LinkDoc, patienceMs = 0): Promise<Round | null> {
  if (link.crmContactId === null) return null;
  const portalDoc = await deps.store.portals.load(link.portalId);
  if (!portalDoc) return null;
  return {
    deps,
    link,
    target: toLinkTarget(link._id),
    contactId: link.crmContactId,
    portalDoc,
    portal: await deps.portalOf(link.portalId),
    signal: Context.current().cancellationSignal,
    patienceMs,
  };
}
