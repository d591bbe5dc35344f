import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { api, ask, type Schemas } from './client';
import { queryClient } from './query-client';

type Me = Schemas['Me'];

const meQuery = {
  queryKey: ['me'],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask(api.GET('/api/v1/me', { signal })),
  staleTime: Infinity,
};

/** Who is logged in, asked once; a ProblemError with 401 when nobody is. */
export const loadMe = (): Promise<Me> => queryClient.ensureQueryData(meQuery);

/** Logs in with the secret of a link. Everything that another person saw here is forgotten. */
export async function logIn(code: string): Promise<void> {
  const me = await ask(api.POST('/api/v1/log-in', { body: { code } }));
  queryClient.clear();
  queryClient.setQueryData(meQuery.queryKey, me);
}

export async function logOut(): Promise<void> {
  await ask(api.POST('/api/v1/log-out'));
  queryClient.clear();
}

/** Who is logged in and what they may do. The API refuses all else; the page only does not offer it. */
export function useSession() {
  const { data: me } = useQuery(meQuery);
  const role = computed(() => me.value?.role ?? 'viewer');
  return {
    me,
    /** Steer links and answer reviews. */
    maySteer: computed(() => role.value !== 'viewer'),
    /** See and change settings, sources, portals, users. */
    mayConfigure: computed(() => role.value === 'admin'),
  };
}
