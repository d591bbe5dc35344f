import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { api, ask } from '../client';
import { useSession } from '../session';

/** The portals, for who may see settings. */
export function usePortals() {
  const { mayConfigure } = useSession();
  return useQuery({
    queryKey: ['portals'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/portals', { signal })),
    enabled: mayConfigure,
  });
}

const isLocal = (host: string): boolean => /^(localhost|127\.|\[::1\])/.test(host);

/** Where things are in the portal's own pages; null as long as the portal is not known. */
export function usePortalPages() {
  const { data } = usePortals();
  const hosts = computed(() => new Map(data.value?.items.map(({ id, host }) => [id, host])));
  return {
    contactPage(portalId: string, crmContactId: number | null): string | null {
      const host = hosts.value.get(portalId);
      if (host === undefined || crmContactId === null) return null;
      return `${isLocal(host) ? 'http' : 'https'}://${host}/crm/contact/details/${crmContactId}/`;
    },
  };
}
