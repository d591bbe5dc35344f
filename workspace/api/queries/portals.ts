import { useQuery } from '@tanstack/vue-query';
import { api, ask, type Schemas } from '../client';
import { useSession } from '../session';

const isWhole = (portal: Schemas['PortalName']): portal is Schemas['Portal'] => portal.autoLink !== undefined;

/** The portals, for who may see settings. */
export function usePortals() {
  const { mayConfigure } = useSession();
  return useQuery({
    queryKey: ['portals'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/portals', { signal })),
    select: ({ items }) => ({ items: items.filter(isWhole) }),
    enabled: mayConfigure,
  });
}
