import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask } from '../client';
import type { operations } from '../../generated/api';
import { download, save } from '../../parts/download';
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

const tableAt = (filter: LinkFilter): string =>
  `/api/v1/links?${new URLSearchParams({ ...(filter as Record<string, string>), format: 'csv' })}`;

/** All links that a filter finds, saved as a table. What somebody typed is asked for in the body, and stands in no address. */
export async function saveTable(filter: LinkFilter): Promise<void> {
  if (!isTyped(filter)) return download(tableAt(filter));
  const body = { ...filter, format: 'csv' as const };
  save(await ask(api.POST('/api/v1/links/search', { body, parseAs: 'blob' })), 'links.csv');
}
