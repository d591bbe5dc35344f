import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask, type Schemas } from '../../client';

export type SourcePolicy = Schemas['SourcePolicy'];
export type SourcePolicyWish = Omit<SourcePolicy, 'excluded' | 'labels'>;

/** What is wanted from a number, and how much was left out by it. */
export const useSourcePolicy = (accountId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['accounts', 'policy', accountId] as const,
    queryFn: ({ signal }) => {
      const params = { path: { accountId: toValue(accountId) } };
      return ask(api.GET('/api/v1/accounts/{accountId}/policy', { params, signal }));
    },
  });

export function useSetSourcePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ accountId, ...body }: SourcePolicyWish & { accountId: string }) =>
      ask(api.PUT('/api/v1/accounts/{accountId}/policy', { params: { path: { accountId } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['accounts', 'policy'] }),
  });
}
