import { Context } from '@temporalio/activity';
import type { Portal } from '../../bitrix24/portal';
import { toLinkTarget, type Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PortalDoc } from '../../store/portals/portal-schema';
import type { ActivityDeps, BackupSettings } from '../deps';
import type { Pages } from '../restored/shown';
import type { Serialise } from '../serialise';
import type { DrainTurns } from '../drain-turns';
import type { RoundResult } from '../round-result';
import type { SearchPass } from './search-pass';

/** Shared by the rounds of one process. */
export interface RoundDeps extends ActivityDeps {
  searchPass: SearchPass;
  /** By link. */
  serialise: Serialise;
  drainTurns: DrainTurns;
  /** A quiet round, with others that are due; null: a whole round must look. */
  checkSoon: (linkId: string) => Promise<RoundResult | null>;
}

/** One round, with all that it works with. */
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
  /** The past has had its share of the round: what is left of it waits for the next one. */
  isHistoryOver: () => boolean;
}

/** The pages that what is planned now belongs on, this link's own first. */
export function toPages(
  { portal, contactId }: Round,
  lane: Lane,
  bindings: readonly { crmContactId: number }[] = [],
): Pages {
  const contactIds = [...new Set([contactId, ...bindings.map(({ crmContactId }) => crmContactId)])];
  return { portal, lane, contactIds };
}

/** A third of an interval: what is new is on time, however much of the past waits. */
const shareOf = ({
  backupIntervalMs,
  historyShareMs = Math.max(backupIntervalMs / 3, 10_000),
}: BackupSettings) => historyShareMs;

/** Shared by the rounds of one drain. */
export type Shared = Pick<Round, 'portalDoc' | 'portal' | 'patienceMs'>;

/** Null when no such portal is connected. */
export async function loadShared(
  deps: RoundDeps,
  portalId: string,
  patienceMs: number,
): Promise<Shared | null> {
  const portalDoc = await deps.store.portals.loadConnected(portalId);
  return portalDoc && { portalDoc, portal: await deps.portalOf(portalId), patienceMs };
}

/** Prepares a round of a linked link; null when it is in no state for one. */
export async function beginRound(deps: RoundDeps, link: LinkDoc, given?: Shared): Promise<Round | null> {
  if (link.crmContactId === null) return null;
  const shared = given ?? (await loadShared(deps, link.portalId, 0));
  if (!shared) return null;
  const historyUntilMs = performance.now() + shareOf(deps.settings);
  return {
    isHistoryOver: () => performance.now() >= historyUntilMs,
    deps,
    link,
    target: toLinkTarget(link._id),
    contactId: link.crmContactId,
    ...shared,
    signal: Context.current().cancellationSignal,
  };
}
