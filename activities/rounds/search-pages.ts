import { log } from '@temporalio/activity';
import { type Bitrix24Error, ContactGoneError } from '../../bitrix24/errors';
import type { MarkerOutcome } from '../../bitrix24/crm/markers';
import type { Portal } from '../../bitrix24/portal';
import type { EntryDoc } from '../../store/delivery/entries';
import { listSurvivors } from './survivors';
import { recordDelivery } from './record-delivery';
import type { ActivityDeps } from '../deps';
import { forEachOf } from '../for-each-of';

const recordedAtOnce = 10;

/** Where an entry of unknown outcome was found, that it is nowhere, or that nothing could be read. */
type Found =
  { kind: 'on'; contactId: number; commentId: number } | { kind: 'absent' } | { kind: 'unreadable' };

/**
 * Searches the pages for entries whose requests have been carried out by now or never will be: one request for all of
 * them. Found: delivered. Not found: planned again. Contact gone: the pages of those who may have its timeline are
 * read; if none can be, the entry stays unknown. Each change is compared on state and attempt, so this may be done twice.
 */
export async function searchPages(
  deps: ActivityDeps,
  portal: Portal,
  entries: readonly EntryDoc[],
): Promise<void> {
  if (entries.length === 0) return;
  const lane = entries.some((entry) => entry.lane === 'live') ? 'live' : 'history';
  const look = (asked: readonly { entry: EntryDoc; contactId: number }[]) =>
    portal.timeline.findMarkers(
      asked.map(({ entry, contactId }) => toQuery(deps, entry, contactId)),
      { lane },
    );
  const outcomes = await look(entries.map((entry) => ({ entry, contactId: entry.crmContactId })));
  const goneAt = entries.filter((_, index) => isGone(outcomes[index]));
  const survivors = await listSurvivors(deps, portal, goneAt);
  const asked = goneAt.flatMap((entry) =>
    (survivors.get(entry._id) ?? []).map((contactId) => ({ entry, contactId })),
  );
  const read = await look(asked);
  const failures: Bitrix24Error[] = [];
  // A process killed before all is written down leaves the rest to be asked about again: so not one after the other.
  await forEachOf([...entries.entries()], recordedAtOnce, async ([index, entry]) => {
    const pages = isGone(outcomes[index])
      ? read.flatMap((outcome, at) =>
          asked[at]?.entry === entry ? { outcome, contactId: asked[at].contactId } : [],
        )
      : [{ outcome: outcomes[index], contactId: entry.crmContactId }];
    const error = pages.flatMap(({ outcome }) => failureIn(outcome) ?? [])[0];
    if (error) failures.push(error);
    else await recordFound(deps, entry, toFound(pages));
  });
  if (failures[0]) throw failures[0];
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

async function recordFound(deps: ActivityDeps, entry: EntryDoc, found: Found): Promise<void> {
  const { store, settings, onEntry } = deps;
  switch (found.kind) {
    case 'on': {
      log.info('An unknown entry was found on the page', { entryId: entry._id });
      const { commentId, contactId: crmContactId } = found;
      const deliveredAt = new Date();
      if (!(await store.entries.markDelivered(entry, commentId, deliveredAt, { crmContactId }))) return;
      onEntry?.('reconciled');
      await recordDelivery(deps, { ...entry, state: 'delivered', commentId, deliveredAt, crmContactId });
      return;
    }
    case 'absent':
      log.info('An unknown entry is not on the page and is sent again', { entryId: entry._id });
      await store.entries.putBack(entry, {});
      return;
    case 'unreadable':
      log.warn('The contact of an unknown entry is gone', { entryId: entry._id });
      await store.entries.lookAgain(entry, new Date(Date.now() + settings.backupIntervalMs));
  }
}
