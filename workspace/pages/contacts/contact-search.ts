import { refDebounced } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import { useRoute, useRouter, type LocationQueryValue } from 'vue-router';
import type { LinkFilter } from '../../api/queries/links';
import { filterOf, isOrder, isView, ordersOf, usualOrder, type Order, type View } from './filters';

type Given = LocationQueryValue | LocationQueryValue[] | undefined;

const toView = (given: Given): View => (isView(given) ? given : 'all');
const toOrder = (given: Given): Order => (isOrder(given) ? given : usualOrder);
const toAccount = (given: Given): string =>
  typeof given === 'string' && /^[0-9a-f]{24}$/.test(given) ? given : '';
/** The code of one attention, as the overview's list asks for it. */
const toAttention = (given: Given): string | null =>
  typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : null;

/** What is looked for among the contacts; all of it but the page stands in the address. */
export function useContactSearch() {
  const route = useRoute();
  const router = useRouter();
  const search = ref(String(route.query['q'] ?? ''));
  const typed = refDebounced(search, 250);
  const q = computed(() => typed.value.trim());
  const view = ref<View>(toView(route.query['view']));
  const chosenOrder = ref<Order>(toOrder(route.query['sort']));
  const account = ref(toAccount(route.query['account']));
  const attention = computed(() => toAttention(route.query['attention']));
  /** The cursors of the pages that lead here; the first page has none. */
  const way = ref<string[]>([]);

  const order = computed<Order>({
    get: () => (ordersOf(view.value).includes(chosenOrder.value) ? chosenOrder.value : usualOrder),
    set: (wanted) => (chosenOrder.value = wanted),
  });
  /** What narrows the list, whatever its order and page. */
  const narrowed = computed(() => ({
    // The list in this order has linked ones only; what is counted and changed must be the same.
    ...(order.value === 'lastSync' && { state: 'linked' as const }),
    ...(attention.value === null ? filterOf(view.value) : { attention: attention.value }),
    ...(q.value && { q: q.value }),
    ...(account.value && { accountId: account.value }),
  }));
  const sorted = computed<LinkFilter>(() => ({
    ...narrowed.value,
    ...(order.value !== 'newest' && { sort: order.value }),
  }));
  const filter = computed<LinkFilter>(() => {
    const cursor = way.value.at(-1);
    return { ...sorted.value, ...(cursor !== undefined && { cursor }), limit: 50 };
  });

  watch([q, view, order, account], ([words, shown, sort, accountId]) => {
    way.value = [];
    const code = shown === 'all' ? attention.value : null;
    const query = {
      ...(words && { q: words }),
      ...(shown !== 'all' && { view: shown }),
      ...(code && { attention: code }),
      ...(sort !== usualOrder && { sort }),
      ...(accountId && { account: accountId }),
    };
    void router.replace({ query });
  });
  watch(
    () => route.query,
    (query) => {
      view.value = toView(query['view']);
      account.value = toAccount(query['account']);
      if (isOrder(query['sort'] ?? usualOrder)) order.value = toOrder(query['sort']);
    },
  );

  function clear(): void {
    [search.value, view.value, account.value] = ['', 'all', ''];
    void router.replace({ query: {} });
  }

  const isNarrowed = computed(
    () => q.value !== '' || view.value !== 'all' || attention.value !== null || account.value !== '',
  );
  return { search, view, order, account, attention, way, narrowed, sorted, filter, isNarrowed, clear };
}
