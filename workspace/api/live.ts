import { onScopeDispose, readonly, ref } from 'vue';
import type { QueryKey } from '@tanstack/vue-query';
import { queryClient } from './query-client';

/** The first words of the keys whose answers a change of this kind makes old. */
const touchedBy: Record<string, readonly string[]> = {
  link: ['links', 'overview', 'reviews', 'people', 'chats', 'messages', 'groups'],
  delivery: ['links', 'overview', 'messages'],
  message: ['links', 'overview', 'chats', 'messages', 'people', 'groups'],
  review: ['reviews', 'overview'],
  account: ['accounts', 'overview', 'gaps'],
  operation: ['operations', 'links'],
  import: ['imports', 'messages', 'gaps'],
};

const isLive = ref(false);
/** Whether changes arrive by themselves now. */
export const live = readonly(isLive);

/** What is told together is shown together; what is shown is renewed at most this often. */
const togetherMs = 50;
const everyMs = 1_000;

/** Renews what was touched: soon, but not for every one of many changes. */
function createRenewal() {
  const touched = new Set<string>();
  let isAll = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastAt = 0;
  const renew = () => {
    timer = null;
    lastAt = Date.now();
    const words = new Set(touched);
    const isTouched = ({ queryKey }: { queryKey: QueryKey }) => words.has(String(queryKey[0]));
    void queryClient.invalidateQueries(isAll ? {} : { predicate: isTouched });
    touched.clear();
    isAll = false;
  };
  return {
    touch(words: readonly string[] | 'all'): void {
      if (words === 'all') isAll = true;
      else for (const word of words) touched.add(word);
      timer ??= setTimeout(renew, Math.max(togetherMs, lastAt + everyMs - Date.now()));
    },
    end: () => timer !== null && clearTimeout(timer),
  };
}

/** Listens to changes for as long as the caller lives, and renews what they touch. The browser reconnects by itself. */
export function useLiveUpdates(): void {
  const renewal = createRenewal();
  const source = new EventSource('/api/v1/events');
  let wasAway = false;
  source.onopen = () => {
    isLive.value = true;
    // What changed in between is not told again.
    if (wasAway) renewal.touch('all');
    wasAway = false;
  };
  source.onerror = () => {
    isLive.value = false;
    wasAway = true;
  };
  for (const [kind, words] of Object.entries(touchedBy))
    source.addEventListener(kind, () => renewal.touch(words));
  // More changed than is told one by one.
  source.addEventListener('reset', () => renewal.touch('all'));
  onScopeDispose(() => {
    source.close();
    renewal.end();
  });
}
