import type { ActivityDeps } from '../../activities';
import type { Timeline } from '../../bitrix24/crm/timeline';
import { newId } from '../../store/connection';
import type { Store } from '../../store/store';
import { faultAreas, type FaultArea } from './faults';

/** A request of a worker, as it is noted in `bench_under_way` while it is under way; of a worker that was killed it stays. */
interface NotedRequest {
  _id: string;
  pid: number;
  area: FaultArea;
}

const underWay = (store: Store) => store.entries.model.db.collection<NotedRequest>('bench_under_way');

/** The same dependencies; a comment, with or without files, and a page are noted while their request is under way. */
export function noteRequests(deps: ActivityDeps): ActivityDeps {
  const { store, portalOf } = deps;
  const requests = underWay(store);
  const noted = async <Result>(area: FaultArea, send: () => Promise<Result>): Promise<Result> => {
    const _id = newId();
    await requests.insertOne({ _id, pid: process.pid, area });
    try {
      return await send();
    } finally {
      await requests.deleteOne({ _id });
    }
  };
  return {
    ...deps,
    portalOf: async (portalId) => {
      const portal = await portalOf(portalId);
      const { timeline } = portal;
      const addComment: Timeline['addComment'] = (comment) =>
        noted(comment.files && comment.files.length > 0 ? 'files' : 'comments', () =>
          timeline.addComment(comment),
        );
      const bind: Timeline['bind'] = (binding) => noted('pages', () => timeline.bind(binding));
      return { ...portal, timeline: { ...timeline, addComment, bind } };
    },
  };
}

/** Whether a worker has such a request under way. */
export const isUnderWay = async (store: Store, pid: number | undefined, area: FaultArea): Promise<boolean> =>
  (await underWay(store).findOne({ pid: pid ?? 0, area })) !== null;

/** How many workers were killed while they had such a request under way, by area. Only once nobody works any more. */
export async function countKilled(store: Store): Promise<Record<FaultArea, number>> {
  const left = await underWay(store).find().toArray();
  const killed = (area: FaultArea) => new Set(left.flatMap((one) => (one.area === area ? one.pid : []))).size;
  const [comments, files, pages] = faultAreas.map(killed);
  return { comments: comments ?? 0, files: files ?? 0, pages: pages ?? 0 };
}
