import type { ActivityDeps } from '../../activities';
import { UnknownOutcomeError } from '../../bitrix24/errors';
import { newId } from '../../store/connection';
import type { EntryDoc } from '../../store/delivery/entries';
import type { Store } from '../../store/store';

/** One look for entries of unknown outcome, as it is noted in `bench_looks`. */
export interface NotedLook {
  _id: string;
  at: Date;
  /** An entry that was asked for, with the moment of the request that it may have gone with. */
  asked: { entryId: string; sentAtMs: number }[];
  /** Null: whoever asked did not live to read the answer. */
  answeredAt: Date | null;
  /** Entries about which nothing could be said, because the question got no answer. */
  unanswered: string[];
  /** Entries about which nothing was asked, because the portal was taken for out of order or busy. */
  notAsked: string[];
}

/** The collection of `NotedLook`. */
export const looksOf = (store: Store) => store.entries.model.db.collection<NotedLook>('bench_looks');

/** The same dependencies; every look for entries of unknown outcome is noted before it is asked, and with what came of it. */
export function noteLooks(deps: ActivityDeps): ActivityDeps {
  const { store, portalOf } = deps;
  const looks = looksOf(store);
  const unknown = new Map<string, EntryDoc>();
  const listUnknown: Store['entries']['listUnknown'] = async (...query) => {
    const found = await store.entries.listUnknown(...query);
    for (const entry of found) unknown.set(entry.marker, entry);
    return found;
  };
  return {
    ...deps,
    store: { ...store, entries: { ...store.entries, listUnknown } },
    portalOf: async (portalId) => {
      const portal = await portalOf(portalId);
      const findMarkers: typeof portal.timeline.findMarkers = async (queries, options) => {
        const entries = queries.flatMap(({ marker }) => unknown.get(marker) ?? []);
        if (entries.length === 0) return portal.timeline.findMarkers(queries, options);
        const _id = newId();
        const asked = entries.map((entry) => ({
          entryId: entry._id,
          sentAtMs: entry.sentAt?.getTime() ?? 0,
        }));
        await looks.insertOne({ _id, at: new Date(), asked, answeredAt: null, unanswered: [], notAsked: [] });
        const outcomes = await portal.timeline.findMarkers(queries, options);
        const failed = (isAsked: boolean) =>
          outcomes.flatMap((outcome, index) =>
            outcome.kind === 'unreadable' && isAsked === outcome.error instanceof UnknownOutcomeError
              ? (unknown.get(queries[index]?.marker ?? '')?._id ?? [])
              : [],
          );
        const told = { unanswered: failed(true), notAsked: failed(false) };
        await looks.updateOne({ _id }, { $set: { answeredAt: new Date(), ...told } });
        return outcomes;
      };
      return { ...portal, timeline: { ...portal.timeline, findMarkers } };
    },
  };
}
