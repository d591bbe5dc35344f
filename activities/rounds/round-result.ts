import type { Attention, Clocks, LinkState, Rhythm } from '../../domain/link';
import type { LinkDoc } from '../../store/links/link-schema';
import type { BackupSettings } from '../deps';
import { countDelivered, type LaneResult } from './run-lane';

/** What a round tells its workflow: states, counts and times only. Times are ISO, durations milliseconds. */
export interface RoundResult extends Clocks {
  state: LinkState;
  rhythm: Rhythm;
  /** A change of the link waits to be carried out. */
  changeWaits: boolean;
  attention: Attention | null;
  delivered: number;
  pendingMessages: number;
  messagesBackedUp: number;
  arrivals: number;
  quiet: boolean;
  retryAfterMs: number | null;
  intervalMs: number;
  parkAfterQuietRounds: number | null;
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** The result of a round that left the link like this, with so many items waiting. */
export function toRoundResult(
  settings: BackupSettings,
  link: LinkDoc,
  { lanes, pendingMessages }: { lanes: readonly LaneResult[]; pendingMessages: number },
): RoundResult {
  const retries = lanes.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  const delivered = countDelivered(lanes);
  return {
    state: link.state,
    rhythm: link.rhythm,
    changeWaits: link.change !== null,
    attention: link.attention,
    delivered,
    pendingMessages,
    messagesBackedUp: link.messagesBackedUp,
    lastSyncAt: iso(link.lastSyncAt),
    lastCheckedAt: iso(link.lastCheckedAt),
    lastBackedUpAt: iso(link.lastBackedUpAt),
    arrivals: link.arrivals,
    quiet: delivered === 0 && pendingMessages === 0,
    retryAfterMs: retries.length === 0 ? null : Math.min(...retries),
    intervalMs: settings.backupIntervalMs,
    parkAfterQuietRounds: settings.parkAfterQuietRounds,
  };
}
