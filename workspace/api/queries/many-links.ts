import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask } from '../client';
import type { operations } from '../../generated/api';
import { isTyped, type LinkFilter } from './links';

type Narrowed = NonNullable<operations['countLinks']['parameters']['query']>;

const askCount = (filter: Narrowed, signal: AbortSignal) =>
  isTyped(filter)
    ? ask(api.POST('/api/v1/links/search/count', { body: filter, signal }))
    : ask(api.GET('/api/v1/links/count', { params: { query: filter }, signal }));

/** How many links the filter of a list finds; of some filters nobody knows. */
export const useLinkCount = (filter: MaybeRefOrGetter<Narrowed>) =>
  useQuery({
    queryKey: ['links', 'count', filter] as const,
    queryFn: ({ signal }) => askCount(toValue(filter), signal),
  });

export type ManyWish = operations['changeManyLinks']['requestBody']['content']['application/json'];
export type ManyAction = ManyWish['action'];

/** Does one thing with many links. The answer is an operation with its progress. */
export function useManyLinks() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ManyWish) => ask(api.POST('/api/v1/links/bulk', { body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['links'] }),
  });
}

/** Where all links that a filter finds are as a table. */
export const tableOf = (filter: LinkFilter): string =>
  `/api/v1/links?${new URLSearchParams({ ...(filter as Record<string, string>), format: 'csv' })}`;
