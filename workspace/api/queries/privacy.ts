import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask } from '../client';

const pathOf = (personId: string) => ({ params: { path: { personId } } });

/** Whether a person is excluded. */
export const useExclusion = (personId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['exclusions', personId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/people/{personId}/exclusion', { ...pathOf(toValue(personId)), signal })),
  });

/** Excludes a person, or takes them in again. */
export function useExclude() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ personId, exclude }: { personId: string; exclude: boolean }) =>
      exclude
        ? ask(api.PUT('/api/v1/people/{personId}/exclusion', pathOf(personId)))
        : ask(api.DELETE('/api/v1/people/{personId}/exclusion', pathOf(personId))),
    onSettled: () => client.invalidateQueries({ queryKey: ['exclusions'] }),
  });
}

/** Asks for an export; gives where it can be fetched. */
export const useExportPerson = () =>
  useMutation({
    mutationFn: async (personId: string) => {
      const { id } = await ask(api.POST('/api/v1/people/{personId}/export', pathOf(personId)));
      return `/api/v1/operations/${id}/download`;
    },
  });

/** Asks for a person to be forgotten; gives the operation. */
export const useForgetPerson = () =>
  useMutation({
    mutationFn: (personId: string) => ask(api.POST('/api/v1/people/{personId}/forget', pathOf(personId))),
  });
