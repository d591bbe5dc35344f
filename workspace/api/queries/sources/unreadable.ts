import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask, type Schemas } from '../../client';

export type Unreadable = Schemas['Unreadable'];
export type Outcome = Schemas['ReadAgain']['outcome'];

export interface UnreadableFilter {
  accountId?: string;
  cursor?: string;
}

const of = (unreadableId: string) => ({ params: { path: { unreadableId } } });

/** A page of what could not be read, the newest first. */
export const askUnreadable = (query: UnreadableFilter & { limit: number }, signal?: AbortSignal) =>
  ask(api.GET('/api/v1/unreadable', { params: { query }, ...(signal && { signal }) }));

export const askToReadAgain = (unreadableId: string) =>
  ask(api.POST('/api/v1/unreadable/{unreadableId}/try-again', of(unreadableId)));

export const useUnreadableList = (filter: MaybeRefOrGetter<UnreadableFilter>) =>
  useQuery({
    queryKey: ['unreadable', 'list', filter] as const,
    queryFn: ({ signal }) => askUnreadable({ ...toValue(filter), limit: 20 }, signal),
    placeholderData: keepPreviousData,
  });

/** One as it came. */
export const usePayload = (unreadableId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['unreadable', 'one', unreadableId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/unreadable/{unreadableId}', { ...of(toValue(unreadableId)), signal })),
    gcTime: 0,
  });

/** Renews what is shown of what could not be read. */
export function useUnreadableRenewal(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all(['unreadable', 'overview'].map((word) => client.invalidateQueries({ queryKey: [word] })));
}

export const useReadAgain = () =>
  useMutation({ mutationFn: askToReadAgain, onSettled: useUnreadableRenewal() });

export const useDeleteUnreadable = () =>
  useMutation({
    mutationFn: (unreadableId: string) =>
      ask(api.DELETE('/api/v1/unreadable/{unreadableId}', of(unreadableId))),
    onSettled: useUnreadableRenewal(),
  });
