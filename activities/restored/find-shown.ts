import type { ShownComment } from '../../store/backup/restored-pages';
import type { EntryDoc } from '../../store/delivery/entries';
import type { ActivityDeps } from '../deps';
import { listShown, type Pages } from './shown';

/** The comment that is this very entry; `partly`: other comments tell some of its items; null: no page shows any of it. */
export async function findShown(
  deps: ActivityDeps,
  pages: Pages,
  { marker }: EntryDoc,
): Promise<ShownComment | 'partly' | null> {
  const shown = await listShown(deps, pages);
  if (!shown || shown.length === 0) return null;
  const same = shown.find((comment) => comment.marker === marker);
  if (same) return same;
  const prints = (await deps.store.markers.of(pages.portal.portalId)).openMarker(marker) ?? [];
  return shown.some((comment) => prints.some((print) => comment.prints.includes(print))) ? 'partly' : null;
}
