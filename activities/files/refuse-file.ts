import { routeOutcomes } from '../../intake/files/route-file';
import type { EntryFile } from '../../store/delivery/entries';
import type { MediaReason } from '../../store/media/media';
import type { Store } from '../../store/store';

const firstPauseMs = 5 * 60_000;
/** After so many tries it is set aside for good: its line says why, and the file stays with us. */
const mostTries = 5;

/** When it goes again: after five minutes, and each time four times as long; null: never. */
const nextOf = (tries: number): Date | null =>
  tries + 1 >= mostTries ? null : new Date(Date.now() + firstPauseMs * 4 ** tries);

/**
 * Files that the portal did not take. `isTold`: the entry they were in says so itself, so that their next line is the file, once it goes
 * again; else a line of its own says it. Each waits by itself, and goes again alone. Safe to repeat for one and the same entry: an outcome
 * that was overtaken is refused already.
 */
export async function refuseFiles(
  store: Store,
  files: readonly EntryFile[],
  { reason, isTold }: { reason: MediaReason; isTold: boolean },
): Promise<void> {
  for (const { mediaId, outcome } of files) {
    const media = await store.media.load(mediaId);
    if (media?.outcome !== outcome) continue;
    const refused = await store.media.refuse(media, reason, nextOf(media.tries));
    if (!refused) continue;
    if (isTold) await store.media.markRouted([refused]);
    else await routeOutcomes(store, [refused]);
  }
}
