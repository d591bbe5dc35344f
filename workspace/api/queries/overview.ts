import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { api, ask, type Schemas } from '../client';

export type PortalOverview = Schemas['PortalOverview'];

/** Every connected portal at a glance. */
export const useOverview = () =>
  useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/overview', { signal })),
  });

/** Where things are in the portals' own pages; null as long as a portal is not known. */
export function usePortalPages() {
  const { data } = useOverview();
  const origins = computed(
    () => new Map(data.value?.portals.map(({ portalId, origin }) => [portalId, origin])),
  );
  return {
    contactPage(portalId: string, crmContactId: number | null): string | null {
      const origin = origins.value.get(portalId);
      return origin && crmContactId !== null ? `${origin}/crm/contact/details/${crmContactId}/` : null;
    },
  };
}
