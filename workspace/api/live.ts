import { onScopeDispose, readonly, ref } from 'vue';
import type { QueryKey } from '@tanstack/vue-query';
import { queryClient } from './query-client';

/** The first words of the keys whose answers a change of this kind makes old. */
const touchedBy: Record<string, readonly string[]> = {
  link: ['links', 'overview', 'reviews', 'people', 'chats', 'messages'],
  delivery: ['links', 'overview', 'messages'],
  account: ['accounts', 'overview', 'links', 'chats', 'messages', 'people'],
  operation: ['operations', 'links'],
  import: ['imports', 'messages'],
};

const isLive = ref(false);
/** Whether changes arrive by themselves now. */
export const live = readonly(isLive);

/**
 * Many changes at once renew what is shown at most this often, and this long after the first of them: an account tells of its events to
 * the second, so that a message right after another one is told of by the event before.
 */
const everyMs = 1_500;

/** Listens to changes for as long as the caller lives, and renews what they touch. The browser reconnects by itself. */
export function useLiveUpdates(): void {
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const renew = () => {
    timer = null;
    const words = [...touched];
    touched.clear();
    const isTouched = ({ queryKey }: { queryKey: QueryKey }) => words.includes(String(queryKey[0]));
    void queryClient.invalidateQueries({ predicate: isTouched });
  };
  const source = new EventSource('/api/v1/events');
  let wasAway = false;
  source.onopen = () => {
    isLive.value = true;
    // What changed in between is not told again.
    if (wasAway) void queryClient.invalidateQueries();
    wasAway = false;
  };
  source.onerror = () => {
    isLive.value = false;
    wasAway = true;
  };
  for (const [kind, words] of Object.entries(touchedBy)) {
    source.addEventListener(kind, () => {
      for (const word of words) touched.add(word);
      timer ??= setTimeout(renew, everyMs);
    });
  }
  // More changed than is told one by one.
  source.addEventListener('reset', () => void queryClient.invalidateQueries());
  onScopeDispose(() => {
    source.close();
    if (timer !== null) clearTimeout(timer);
  });
}
