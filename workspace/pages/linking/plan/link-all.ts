import { useQueryClient } from '@tanstack/vue-query';
import { computed, ref } from 'vue';
import { linkPlanned, type PlannedLink } from '../../../api/queries/linking';

interface Progress {
  done: number;
  total: number;
  failed: number;
}

/** So many are linked at the same time: the API and Bitrix24 take them together anyway. */
const atOnce = 4;

/** Links people one after the other as the plan says. Stopped or closed, what is done stays, and the plan has the rest. */
export function useLinkAll() {
  const client = useQueryClient();
  const progress = ref<Progress | null>(null);
  const isStopped = ref(false);
  const isRunning = ref(false);

  async function work(waiting: PlannedLink[], now: Progress): Promise<void> {
    for (let item = waiting.shift(); item && !isStopped.value; item = waiting.shift()) {
      await linkPlanned(item).catch(() => (now.failed += 1));
      now.done += 1;
      progress.value = { ...now };
    }
  }

  async function start(items: readonly PlannedLink[]): Promise<void> {
    const waiting = [...items];
    const now = { done: 0, total: items.length, failed: 0 };
    [isStopped.value, isRunning.value, progress.value] = [false, true, { ...now }];
    await Promise.all(Array.from({ length: atOnce }, () => work(waiting, now)));
    isRunning.value = false;
    for (const word of ['crm', 'links', 'reviews', 'overview'])
      void client.invalidateQueries({ queryKey: [word] });
  }

  return {
    start,
    stop: () => (isStopped.value = true),
    progress: computed(() => progress.value),
    isRunning: computed(() => isRunning.value),
  };
}
