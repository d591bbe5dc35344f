import { log } from '@temporalio/activity';
import { ContactGoneError } from '../bitrix24/errors';
import type { EntryDoc } from '../store/entries';
import { unknownAfterMs } from './deps';
import { confirmEntry, type Sent } from './deliver-entry';
import { toTrouble } from './failures';
import type { Round } from './round';

/** How long until this sending entry's request has been carried out or never will be; 0 when it is over. */
function remainingMs(round: Round, entry: EntryDoc): number {
  const sentAt = entry.sentAt?.getTime() ?? 0;
  const waitMs = unknownAfterMs(round.deps.settings);
  // A stamp from another machine's future is read as now: the wait is never longer than one whole wait.
  return Math.min(waitMs, sentAt + waitMs - Date.now());
}

/**
 * Settles one entry that is still `sending`: waits out the portal's request limit, then reads the pinned contact's
 * comments back to before the first attempt and looks for the marker. Found: delivered. Not found: planned again.
 */
export async function settleEntry(round: Round, entry: EntryDoc): Promise<Sent> {
  const leftMs = remainingMs(round, entry);
  if (leftMs > 0) return { kind: 'unknown', retryAfterMs: leftMs };
  const { portal, signal } = round;
  const ours = (entry.firstSentAt ?? entry.sentAt ?? new Date(0)).getTime();
  const sinceMs = ours + (await portal.fetchClockOffset({ signal })) - round.deps.settings.clockMarginMs;
  const query = { contactId: entry.crmContactId, marker: entry.marker, sinceMs };
  const [found] = await portal.timeline.findMarkers([query], { lane: entry.lane, signal });
  if (found?.kind === 'unreadable') {
    if (!(found.error instanceof ContactGoneError)) throw found.error;
    return { kind: 'stuck', trouble: toTrouble(found.error) };
  }
  if (found?.kind === 'found') {
    log.info('An unknown entry was found on the page', { entryId: entry._id });
    return (await confirmEntry(round, entry, found.commentId)) ? { kind: 'delivered' } : { kind: 'lost' };
  }
  log.info('An unknown entry is not on the page and is sent again', { entryId: entry._id });
  return (await round.deps.store.entries.putBack(entry, {})) ? { kind: 'again' } : { kind: 'lost' };
}
