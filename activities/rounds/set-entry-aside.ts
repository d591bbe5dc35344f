import { log } from '@temporalio/activity';
import type { EntryDoc } from '../../store/delivery/entries';
import { toTrouble, type TroubleCode } from '../failures';
import type { ActivityDeps } from '../deps';

const longestPauseMs = 3_600_000;
/** A portal that is back is asked soon; meanwhile the entries behind these have their turn. */
const portalPauseMs = 30_000;
/** What is always answered like an outage, while other pages are read, is none after so long. */
const ofPageAfterMs = 600_000;

const unknownForMs = ({ sentAt }: EntryDoc): number => Date.now() - (sentAt?.getTime() ?? 0);

/** As long as it has been unknown already: so the pause doubles with every look. */
const pauseOf = ({ settings }: ActivityDeps, entry: EntryDoc): number =>
  Math.max(settings.backupIntervalMs, Math.min(unknownForMs(entry), longestPauseMs));

/** An entry that no page could be read for stays unknown: it is looked for again later, and keeps no other entry from being found. */
export async function setEntryAside(
  deps: ActivityDeps,
  entry: EntryDoc,
  why: 'contact_gone' | 'page_unreadable',
): Promise<void> {
  deps.onSetAside?.('entry');
  log.warn('No page can be read for an unknown entry', { entryId: entry._id, why });
  await deps.store.entries.lookAgain(entry, new Date(Date.now() + pauseOf(deps, entry)), why);
}

async function leaveForPortal({ store, settings }: ActivityDeps, entry: EntryDoc, why: TroubleCode) {
  const pauseMs = Math.min(portalPauseMs, settings.backupIntervalMs);
  await store.entries.lookAgain(entry, new Date(Date.now() + pauseMs), why);
}

/** The page could not be read: for the portal's sake, which heals by itself, or for its own, as when that stays so while others are read. */
export function leaveUnread(
  deps: ActivityDeps,
  { entry, found, areOthersRead }: { entry: EntryDoc; found: unknown; areOthersRead: boolean },
): Promise<void> {
  const { code, portalWide } = toTrouble(found);
  const isOfPage = !portalWide || (areOthersRead && unknownForMs(entry) > ofPageAfterMs);
  return isOfPage ? setEntryAside(deps, entry, 'page_unreadable') : leaveForPortal(deps, entry, code);
}
