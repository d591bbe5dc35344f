import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask } from '../client';
import type { operations } from '../../generated/api';

export type LinkFilter = NonNullable<operations['listLinks']['parameters']['query']>;

/** A page of links; the page before stays until the next one is there. */
export const useLinks = (filter: MaybeRefOrGetter<LinkFilter>) =>
  useQuery({
    queryKey: ['links', filter] as const,
    queryFn: ({ signal }) => ask(api.GET('/api/v1/links', { params: { query: toValue(filter) }, signal })),
    placeholderData: keepPreviousData,
  });

export const useLink = (linkId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['links', 'one', linkId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/links/{linkId}', { params: { path: { linkId: toValue(linkId) } }, signal })),
  });

export type Step = 'back-up-now' | 'pause' | 'resume';

/** A step of one link; what is shown of links is renewed afterwards. */
export function useLinkStep() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ linkId, step }: { linkId: string; step: Step }) => {
      const call = { params: { path: { linkId } } };
      if (step === 'pause') return ask(api.POST('/api/v1/links/{linkId}/pause', call));
      if (step === 'resume') return ask(api.POST('/api/v1/links/{linkId}/resume', call));
      return ask(api.POST('/api/v1/links/{linkId}/back-up-now', call));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['links'] }),
  });
}
