import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query';
import { mayPass, ProblemError } from './problem';

let whenLoggedOut: () => void = () => undefined;

/** What is done when an answer shows that the session has ended. */
export function onLoggedOut(act: () => void): void {
  whenLoggedOut = act;
}

const onError = (error: unknown): void => {
  if (error instanceof ProblemError && error.status === 401) whenLoggedOut();
};

/** What is shown is renewed by events, not by time; a failed question is asked twice more when that may help. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
    mutations: { retry: false },
  },
});
