import { useQuery } from '@tanstack/vue-query';
import { api, ask } from '../client';

export const useAccounts = () =>
  useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/accounts', { signal })),
  });

export const useOpenReviews = (limit: number) =>
  useQuery({
    queryKey: ['reviews', 'open', limit],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/reviews', { params: { query: { state: 'open', limit } }, signal })),
  });
