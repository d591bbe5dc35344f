import { onScopeDispose, ref } from 'vue';
import { ProblemError } from '../../api/problem';
import {
  askToReadAgain,
  askUnreadable,
  useUnreadableRenewal,
  type Outcome,
  type UnreadableFilter,
} from '../../api/queries/sources/unreadable';

/** What became of all that were tried so far. */
export type Tried = Record<Outcome, number>;

/** Null: it is gone already; somebody else was quicker. */
const tryOne = (id: string): Promise<Outcome | null> =>
  askToReadAgain(id).then(
    ({ outcome }) => outcome,
    (error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return null;
      throw error;
    },
  );

/** Reads all of them again, one after the other, for as long as the page is open and nobody stops it. */
export function useTryAll() {
  const renew = useUnreadableRenewal();
  const tried = ref<Tried | null>(null);
  const isRunning = ref(false);
  let isStopped = false;
  const stop = () => void (isStopped = true);
  onScopeDispose(stop);

  async function tryPages(filter: UnreadableFilter, sum: Tried): Promise<void> {
    for (let cursor: string | null = null; ;) {
      const page = await askUnreadable({ ...filter, limit: 100, ...(cursor !== null && { cursor }) });
      for (const { id } of page.items) {
        if (isStopped) return;
        const outcome = await tryOne(id);
        if (outcome) tried.value = { ...sum, [outcome]: ++sum[outcome] };
      }
      cursor = page.nextCursor;
      if (cursor === null) return;
    }
  }

  async function tryAll(filter: UnreadableFilter): Promise<void> {
    const sum: Tried = { read: 0, nothing: 0, unreadable: 0 };
    tried.value = { ...sum };
    isStopped = false;
    isRunning.value = true;
    try {
      await tryPages(filter, sum);
    } finally {
      isRunning.value = false;
      await renew();
    }
  }

  return { tried, isRunning, tryAll, stop };
}
