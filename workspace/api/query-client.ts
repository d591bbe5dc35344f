import { QueryClient } from '@tanstack/vue-query';
import { mayPass } from './problem';

/** What is shown is renewed by events, not by time; a failed question is asked twice more when that may help. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
    mutations: { retry: false },
  },
});
