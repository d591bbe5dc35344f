import { log } from '@temporalio/activity';
import { ContactGoneError } from '../../bitrix24/errors';
import type { Portal } from '../../bitrix24/portal';
import type { Lane } from '../../domain/link';
import type { ShownComment } from '../../store/backup/restored-pages';
import type { RestoreDoc } from '../../store/backup/restores';
import type { ActivityDeps } from '../deps';

/** Pages on which what this store does not know may stand, the one that is posted to first. */
export interface Pages {
  portal: Portal;
  lane: Lane;
  contactIds: readonly number[];
}

async function look(
  { store, settings }: ActivityDeps,
  restore: RestoreDoc,
  { portal, lane }: Pages,
  contactId: number,
): Promise<ShownComment[]> {
  const { portalId } = portal;
  const sinceMs = restore.backupAt.getTime() - settings.clockMarginMs;
  const marked = await portal.timeline.listMarked({ contactId, sinceMs, lane }).catch((error: unknown) => {
    // A page that is gone shows nobody anything.
    if (error instanceof ContactGoneError) return [];
    throw error;
  });
  const marks = await store.markers.of(portalId);
  const comments = marked.flatMap(({ commentId, marker }) => {
    const prints = marks.openMarker(marker);
    return prints ? [{ commentId, marker, prints }] : [];
  });
  await store.restoredPages.save(portalId, contactId, { epoch: restore.epoch, comments });
  log.info('A page was looked at after the restore', { comments: comments.length });
  return comments.map((one) => ({ ...one, contactId }));
}

/**
 * What these pages showed of ours since the backup that this store was restored from; null where it never was. Each page is looked at once for a
 * restore, before anything is posted there: a crash before it is written down looks again. Another page of a group that cannot be read stops nobody.
 */
export async function listShown(deps: ActivityDeps, pages: Pages): Promise<ShownComment[] | null> {
  const { store } = deps;
  const restore = await store.restores.current();
  if (!restore) return null;
  const { contactIds, portal } = pages;
  const known = await store.restoredPages.listOf(portal.portalId, contactIds, restore.epoch);
  const shown: ShownComment[] = [];
  for (const [index, contactId] of contactIds.entries()) {
    const comments = known.get(contactId);
    if (comments) shown.push(...comments);
    else if (index === 0) shown.push(...(await look(deps, restore, pages, contactId)));
    else shown.push(...(await look(deps, restore, pages, contactId).catch(() => [])));
  }
  return shown;
}
