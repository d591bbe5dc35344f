import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask, type Schemas } from '../../client';

export type LivenessDetail = Schemas['LivenessDetail'];
export type AlarmWish = Schemas['LivenessSettings'];

const of = (accountId: string) => ({ params: { path: { accountId } } });

/** How the source of a number is, by which evidence, and when its silence is an alarm. */
export const useLiveness = (accountId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['accounts', 'liveness', accountId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/accounts/{accountId}/liveness', { ...of(toValue(accountId)), signal })),
  });

export function useSetAlarm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ accountId, ...body }: AlarmWish & { accountId: string }) =>
      ask(api.PUT('/api/v1/accounts/{accountId}/liveness', { ...of(accountId), body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}
