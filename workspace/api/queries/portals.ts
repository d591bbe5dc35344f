import { useQuery } from '@tanstack/vue-query';
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
