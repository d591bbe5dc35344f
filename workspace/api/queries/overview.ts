import { useQuery } from '@tanstack/vue-query';
import { api, ask } from '../client';
import { useSession } from '../session';

/** Our numbers, for who may see settings. */
export function useAccounts() {
  const { mayConfigure } = useSession();
  return useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/accounts', { signal })),
    enabled: mayConfigure,
  });
}

export const useOpenReviews = (limit: number) =>
  useQuery({
    queryKey: ['reviews', 'open', limit],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/reviews', { params: { query: { state: 'open', limit } }, signal })),
  });
