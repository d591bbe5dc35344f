import { hasContent } from '../../store/privacy/sweep-content';
import { log } from '@temporalio/activity';
import { loseFile } from '../../intake/files/keep-file';
import { routeOutcomes } from '../../intake/files/route-file';
import { isStoreAway } from '../../store/store-away';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import type { ActivityDeps } from '../deps';

const atOnce = 100;
/** A process that is about to make the rows itself is left alone for this long. */
const routingGraceMs = 20_000;

/** What its source was to send and did not is lost; what the portal refused goes again. */
async function workDue(store: Store, media: MediaDoc): Promise<string[]> {
  if (media.state === 'wanted') return loseFile(store, media, 'not_uploaded', null);
  if (media.state !== 'refused') {
    await store.media.postpone(media, null);
    return [];
  }
  const again = await store.media.offerAgain(media);
  return again ? routeOutcomes(store, [again]) : [];
}

/** The content is to be looked at before its file lets go of it: after a crash in between the file is met again. */
async function expire(store: Store, media: MediaDoc): Promise<void> {
  const { hash } = media;
  if (hash === null) return;
  await store.contents.sweepSoon(hash);
  await store.media.expire(media);
}

/** Each by itself; one that fails is met again with the next sweep. */
async function each<One extends { _id: string }>(
  items: readonly One[],
  work: (one: One) => Promise<unknown>,
) {
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      if (isStoreAway(error)) throw error;
      log.warn('A file could not be looked after', {
        mediaId: item._id,
        error: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
}

/**
 * Looks after a portal's files: fetches what is due, gives up what never came, sends again what was refused, makes the rows of a process
 * that died, lets go of what is long on its page, and deletes contents that no file has. Safe to repeat. Gives the parked links to wake.
 */
export async function sweepFiles({ store, fetchSoon }: ActivityDeps, portalId: string): Promise<string[]> {
  const now = new Date();
  const parked: string[] = [];
  fetchSoon?.(portalId);
  await each(await store.media.listDue(portalId, now, atOnce), async (media) => {
    parked.push(...(await workDue(store, media)));
  });
  const before = new Date(now.getTime() - routingGraceMs);
  await each(await store.media.listUnrouted(portalId, before, atOnce), async (media) => {
    parked.push(...(await routeOutcomes(store, [media])));
  });
  const toldBefore = new Date(now.getTime() - store.media.limits.keptForMs);
  await each(await store.media.listExpired(portalId, toldBefore, atOnce), (media) => expire(store, media));
  await each(await store.contents.listToSweep(new Date(), atOnce), (content) =>
    store.contents.sweep(content, (hash) => hasContent(store, hash)),
  );
  return parked;
}
