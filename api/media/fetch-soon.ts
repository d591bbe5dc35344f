import { fetchFile, type FetchMedia } from '../../intake/files/fetch-file';
import type { Store } from '../../store/store';
import { toLoggable, type Logger } from '../../telemetry';

/** Files at once: each streams, and messages come first. */
const atOnce = 3;
const duePerLook = 20;

/**
 * Fetches the files of a portal that are due, as soon as a message told of one. Nobody waits for it: what it leaves, fails at, or dies in is
 * found by the portal's sweep. `wake` is given the links that have something waiting now.
 */
export function createFetchSoon(
  { store, logger, fetchMedia }: { store: Store; logger: Logger; fetchMedia: FetchMedia },
  wake: (portalId: string, linkIds: readonly string[]) => void,
): (portalId: string) => void {
  const working = new Set<string>();
  const askedAgain = new Set<string>();

  async function fetchSome(portalId: string): Promise<boolean> {
    const due = (await store.media.listDue(portalId, new Date(), duePerLook)).filter(
      ({ source, state }) => source.kind === 'waha' && state === 'wanted',
    );
    for (let from = 0; from < due.length; from += atOnce) {
      const some = due.slice(from, from + atOnce);
      const woken = await Promise.all(some.map((file) => fetchFile(store, file, fetchMedia)));
      wake(portalId, woken.flat());
    }
    return due.length > 0;
  }

  async function work(portalId: string): Promise<void> {
    for (let isMore = true; isMore;) {
      askedAgain.delete(portalId);
      isMore = (await fetchSome(portalId)) || askedAgain.has(portalId);
    }
  }

  return (portalId) => {
    askedAgain.add(portalId);
    if (working.has(portalId)) return;
    working.add(portalId);
    work(portalId)
      .catch((error: unknown) =>
        logger.warn(toLoggable(error), 'files could not be fetched; the sweep does it'),
      )
      .finally(() => working.delete(portalId));
  };
}
