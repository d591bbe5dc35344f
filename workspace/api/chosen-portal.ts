import { useLocalStorage } from '@vueuse/core';
import { computed } from 'vue';
import { useOverview } from './queries/overview';

/** Kept in this browser: whoever works for one of several portals does so the next day, too. */
const kept = useLocalStorage('contact-link-portal', '');

/** The portal that is meant where a call concerns one and several are connected. */
export function useChosenPortal() {
  const { data, error } = useOverview();
  const portals = computed(() => data.value?.portals ?? []);
  const chosen = computed({
    get: () =>
      (portals.value.find(({ portalId }) => portalId === kept.value) ?? portals.value[0])?.portalId ?? '',
    set: (portalId) => (kept.value = portalId),
  });
  /** What a call names: nothing where only one portal is connected. */
  const named = computed(() => (portals.value.length > 1 ? { portalId: chosen.value } : {}));
  /** Before it is known how many there are, nothing that concerns one is asked. */
  const isKnown = () => data.value !== undefined || error.value !== null;
  /** Where something of the portal is had as a table. */
  const toTable = (path: string) =>
    `${path}?${new URLSearchParams({ format: 'csv', ...(portals.value.length > 1 && { portalId: chosen.value }) })}`;
  return { portals, chosen, named, isKnown, toTable };
}
