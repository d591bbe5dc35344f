import { groupIdOf, linkIdOf } from '../../domain/ids';
import { stampsDue } from '../../domain/rhythm/parked-check';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { listCarriers, listWaitingPages } from '../groups/page-runs';

const page = 500;

interface SweepDeps {
  store: Store;
  settings: { backupIntervalMs: number };
}

type Wake = (links: readonly LinkDoc[]) => Promise<number>;

/** Wakes those of some links that are parked; gives how many it woke. */
async function wakeParked({ links }: Store, linkIds: readonly string[], wake: Wake): Promise<number> {
  const parked = await links.whichParked(linkIds);
  if (parked.length === 0) return 0;
  return wake(
    (await links.loadMany(parked)).filter(({ state, rhythm }) => state === 'linked' && rhythm === 'parked'),
  );
}

/** The links that something waits for, in pages: `toWake` is to be woken for it, `waiting` waits, whoever brings it. */
async function* listWaiting(
  store: Store,
  portalId: string,
): AsyncGenerator<{ toWake: string[]; waiting: string[] }> {
  for await (const targets of store.outbox.listEveryTarget(portalId, page)) {
    const linkIds = targets.flatMap((target) => linkIdOf(target) ?? []);
    const waiting = [...linkIds];
    const toWake = [...linkIds];
    const chats = await store.chats.loadMany(targets.flatMap((target) => groupIdOf(target) ?? []));
    for (const chat of chats) {
      waiting.push(...(await listWaitingPages(store, chat)).map(({ linkId }) => linkId));
      toWake.push(...(await listCarriers(store, chat._id)).map(({ _id }) => _id));
    }
    yield { toWake, waiting };
  }
  for await (const people of store.members.listMissing(portalId, page)) {
    const missing = (await store.links.listByPeople(portalId, people)).map(({ _id }) => _id);
    yield { toWake: missing, waiting: missing };
  }
}

/**
 * Looks at every parked link: wakes those that have something waiting after all, and stamps those of the others that are due. What waits is asked
 * for, not what each link has: nothing is read of a link for which nothing waits (0063). Of a group that waits, one link is woken: the others are only
 * not stamped.
 */
export async function sweepParked(
  { store, settings: { backupIntervalMs: intervalMs } }: SweepDeps,
  portalId: string,
  startedAt: Date,
  wake: Wake,
): Promise<number> {
  const waiting = new Set<string>();
  let woken = 0;
  for await (const some of listWaiting(store, portalId)) {
    for (const linkId of some.waiting) waiting.add(linkId);
    woken += await wakeParked(store, some.toWake, wake);
  }
  const links = await store.links.countParked(portalId);
  const { before, most } = stampsDue(links, intervalMs, startedAt);
  let stamped = 0;
  for await (const parked of store.links.listParked(portalId, before, page)) {
    const due = parked.filter(
      ({ _id, lastCheckedAt }) => !waiting.has(_id) && (stamped < most || lastCheckedAt === null),
    );
    await store.links.stampParked(
      due.map(({ _id }) => _id),
      startedAt,
    );
    stamped += due.length;
  }
  // After all of them, so that a sweep that dies in between says nothing of those it has not looked after.
  await store.portals.noteParkedCheck(portalId, { checkedAt: startedAt, links, intervalMs });
  return woken;
}
