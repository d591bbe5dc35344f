import type { Store } from '../../store/store';
import { fetchFile, type FetchMedia } from './fetch-file';

/** Files at once: each streams, and messages come first. */
const atOnce = 3;
const duePerLook = 30;

interface Fetching {
  store: Store;
  fetchMedia: FetchMedia;
  /** Links that have something waiting now. */
  wake: (portalId: string, linkIds: readonly string[]) => void;
  onError: (error: unknown) => void;
}

/**
 * Fetches the files of a portal that are due, as soon as a message told of one. Nobody waits for it: what it leaves, fails at, or dies in is
 * due again after a while, and the portal's sweep looks.
 */
export function createFetchSoon({ store, fetchMedia, wake, onError }: Fetching): (portalId: string) => void {
  const working = new Set<string>();
  const askedAgain = new Set<string>();

  async function fetchSome(portalId: string): Promise<boolean> {
    const due = await store.media.listToFetch(portalId, new Date(), duePerLook);
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
      .catch(onError)
      .finally(() => working.delete(portalId));
  };
}
