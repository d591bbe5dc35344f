import { log } from '@temporalio/activity';
import { type Bitrix24Error, ContactGoneError } from '../../bitrix24/errors';
import type { MarkerOutcome } from '../../bitrix24/crm/markers';
import type { Portal } from '../../bitrix24/portal';
import { groupIdOf } from '../../domain/ids';
import type { EntryDoc } from '../../store/delivery/entries';
import { isStoreAway } from '../../store/store-away';
import { countFiles } from '../files/count-files';
import { listSurvivors } from './survivors';
import { leaveUnread, setEntryAside } from './set-entry-aside';
import { toTrouble } from '../failures';
import { toTookMs } from './timeliness';
import { recordDelivery } from './record-delivery';
import type { ActivityDeps } from '../deps';
import { forEachOf } from '../../linking/for-each-of';

const recordedAtOnce = 10;

/** Where an entry of unknown outcome was found, that it is nowhere, or that nothing could be read. */
type Found =
  { kind: 'on'; contactId: number; commentId: number } | { kind: 'absent' } | { kind: 'unreadable' };

/** One entry after its pages were looked at. */
interface Searched {
  entry: EntryDoc;
  found: Found | Bitrix24Error;
}

/** Looks at the pages of all entries, with one request, and of those whose contact is gone at the pages it may have gone to. */
async function lookAtPages(
  deps: ActivityDeps,
  portal: Portal,
  entries: readonly EntryDoc[],
): Promise<Searched[]> {
  const lane = entries.some((entry) => entry.lane === 'live') ? 'live' : 'history';
  const look = async (asked: readonly { entry: EntryDoc; contactId: number }[]) => {
    const queries = asked.map(({ entry, contactId }) => toQuery(deps, entry, contactId));
    const outcomes = await portal.timeline.findMarkers(queries, { lane });
    return asked.map((one, index) => ({ ...one, outcome: outcomes[index] }));
  };
  const own = await look(entries.map((entry) => ({ entry, contactId: entry.crmContactId })));
  const goneAt = own.filter(({ outcome }) => isGone(outcome)).map(({ entry }) => entry);
  const survivors = await listSurvivors(deps, portal, goneAt);
  const others = await look(
    goneAt.flatMap((entry) => {
      const contactIds = survivors.get(entry._id) ?? [];
      return contactIds instanceof Error ? [] : contactIds.map((contactId) => ({ entry, contactId }));
    }),
  );
  return own.map((page) => {
    const { entry } = page;
    const unlisted = survivors.get(entry._id);
    if (unlisted instanceof Error) return { entry, found: unlisted };
    const pages = isGone(page.outcome) ? others.filter((other) => other.entry === entry) : [page];
    return { entry, found: pages.flatMap(({ outcome }) => failureIn(outcome) ?? [])[0] ?? toFound(pages) };
  });
}

/**
 * Searches the pages for entries whose requests have been carried out by now or never will be. Found: delivered. Not found: planned
 * again. No page is left to be read, or the portal does not show it: the entry stays unknown and is set aside; the first such
 * failure is given. Each change is compared on state and attempt, so this may be done twice. Throws when the portal shows none at all.
 */
export async function searchPages(
  deps: ActivityDeps,
  portal: Portal,
  entries: readonly EntryDoc[],
): Promise<Bitrix24Error | null> {
  if (entries.length === 0) return null;
  const searched = await lookAtPages(deps, portal, entries);
  const failures = searched.flatMap(({ found }) => (found instanceof Error ? found : []));
  const areOthersRead = failures.length < entries.length;
  // A process killed before all is written down leaves the rest to be asked about again: so not one after the other.
  await forEachOf(searched, recordedAtOnce, async ({ entry, found }) => {
    if (!(found instanceof Error)) return recordAlone(deps, portal, { entry, found });
    await leaveUnread(deps, { entry, found, areOthersRead });
  });
  const [first] = failures;
  if (first && !areOthersRead && failures.every((error) => toTrouble(error).portalWide)) throw first;
  return first ?? null;
}

/** Writes down what was found of one entry. What fails here is this entry's alone, unless the store is away. */
async function recordAlone(
  deps: ActivityDeps,
  portal: Portal,
  { entry, found }: { entry: EntryDoc; found: Found },
): Promise<void> {
  try {
    await recordFound(deps, portal, { entry, found });
  } catch (error) {
    if (isStoreAway(error)) throw error;
    await setEntryAside(deps, entry, 'page_unreadable');
  }
}

function toQuery({ settings }: ActivityDeps, entry: EntryDoc, contactId: number) {
  const firstSentMs = (entry.firstSentAt ?? entry.sentAt ?? new Date(0)).getTime();
  return { contactId, marker: entry.marker, sinceMs: firstSentMs - settings.clockMarginMs };
}

const isGone = (outcome: MarkerOutcome | undefined): boolean =>
  outcome?.kind === 'unreadable' && outcome.error instanceof ContactGoneError;

/** Why a page could not be read, other than that its contact is gone: that may heal, so nothing is decided on it. */
const failureIn = (outcome: MarkerOutcome | undefined): Bitrix24Error | null =>
  outcome?.kind === 'unreadable' && !isGone(outcome) ? outcome.error : null;

function toFound(pages: readonly { outcome: MarkerOutcome | undefined; contactId: number }[]): Found {
  for (const { outcome, contactId } of pages) {
    if (outcome?.kind === 'found') return { kind: 'on', contactId, commentId: outcome.commentId };
  }
  return { kind: pages.some(({ outcome }) => outcome?.kind === 'absent') ? 'absent' : 'unreadable' };
}

/** The entry is delivered: a page shows it. False: another process moved it. */
export async function recordOnPage(
  deps: ActivityDeps,
  portal: Portal,
  entry: EntryDoc,
  { contactId: crmContactId, commentId }: { contactId: number; commentId: number },
): Promise<boolean> {
  const deliveredAt = new Date();
  if (!(await deps.store.entries.markDelivered(entry, commentId, deliveredAt, { crmContactId })))
    return false;
  // One that was never sent by this store, but by the one that it was restored from, is no measure of freshness.
  deps.onEntry?.('reconciled', entry.state === 'planned' ? null : toTookMs(entry, deliveredAt));
  const delivered: EntryDoc = { ...entry, state: 'delivered', commentId, deliveredAt, crmContactId };
  await countFiles(deps, portal, delivered);
  await recordDelivery(deps, delivered);
  return true;
}

async function recordFound(
  deps: ActivityDeps,
  portal: Portal,
  { entry, found }: { entry: EntryDoc; found: Found },
): Promise<void> {
  const { store } = deps;
  switch (found.kind) {
    case 'on':
      log.info('An unknown entry was found on the page', { entryId: entry._id });
      await recordOnPage(deps, portal, entry, found);
      return;
    case 'absent':
      log.info('An unknown entry is not on the page and is sent again', { entryId: entry._id });
      await store.entries.putBack(entry, {});
      return;
    case 'unreadable':
      // A page that is gone shows nobody anything: a group's entry goes to another member's.
      if (groupIdOf(entry.target) === null) await setEntryAside(deps, entry, 'contact_gone');
      else await store.entries.putBack(entry, {});
  }
}
