import { computed, ref, watch, type Ref } from 'vue';
import type { ManyWish } from '../../../api/queries/many-links';

/** So many can be named at once; more are chosen as all of the filter. */
const maxIds = 1_000;

/** The contacts that are selected, also on other pages of the list: some by their ids, or all that the filter finds. */
export function useSelection(narrowed: Ref<Record<string, string>>) {
  const ids = ref<ReadonlySet<string>>(new Set());
  const isAll = ref(false);

  function clear(): void {
    ids.value = new Set();
    isAll.value = false;
  }
  watch(narrowed, (now, before) => {
    if (JSON.stringify(now) !== JSON.stringify(before)) clear();
  });

  const isSelected = (id: string): boolean => isAll.value || ids.value.has(id);

  /** Selects these or no longer; of all that were selected those shown stay, so that one can be taken out. */
  function select(these: readonly string[], isOn: boolean, shown: readonly string[]): void {
    const next = new Set(isAll.value ? shown : ids.value);
    isAll.value = false;
    for (const id of these) {
      if (!isOn) next.delete(id);
      else if (next.size < maxIds) next.add(id);
    }
    ids.value = next;
  }

  return {
    isAll,
    isSelected,
    select,
    clear,
    count: computed(() => ids.value.size),
    isAny: computed(() => isAll.value || ids.value.size > 0),
    whom: computed((): Pick<ManyWish, 'ids' | 'filter'> =>
      isAll.value ? { filter: { ...narrowed.value } } : { ids: [...ids.value] },
    ),
  };
}

export type Selection = ReturnType<typeof useSelection>;
