import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask } from '../client';
import type { operations } from '../../generated/api';

export type LinkFilter = NonNullable<operations['listLinks']['parameters']['query']>;

/** Whether there is something that somebody typed, which may be a name or a number: it is asked for in the body, as addresses are kept by proxies. */
export const isTyped = ({ q, phone }: Pick<LinkFilter, 'q' | 'phone'>): boolean =>
  q !== undefined || phone !== undefined;

const askLinks = (filter: LinkFilter, signal: AbortSignal) =>
  isTyped(filter)
    ? ask(api.POST('/api/v1/links/search', { body: filter, signal }))
    : ask(api.GET('/api/v1/links', { params: { query: filter }, signal }));

/** A page of links; the page before stays until the next one is there. */
export const useLinks = (
  filter: MaybeRefOrGetter<LinkFilter>,
  { enabled = () => true }: { enabled?: () => boolean } = {},
) =>
  useQuery({
    queryKey: ['links', filter] as const,
    enabled,
    queryFn: ({ signal }) => askLinks(toValue(filter), signal),
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

type Entries = 'keep' | 'move' | 'remove';

/** Changes that take a while: another contact, or the end of the link. The answer is an operation with its progress. */
export function useLinkChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ linkId, ...wish }: { linkId: string } & Wish) => {
      const path = { linkId };
      if (wish.kind === 'unlink') {
        const query = {
          entries: wish.entries,
          remember: wish.remember ? ('true' as const) : ('false' as const),
        };
        return ask(api.DELETE('/api/v1/links/{linkId}', { params: { path, query } }));
      }
      const { crmContactId, entries } = wish;
      return ask(
        api.PUT('/api/v1/links/{linkId}/contact', { params: { path }, body: { crmContactId, entries } }),
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['links'] }),
  });
}

type Wish =
  | { kind: 'unlink'; entries: Exclude<Entries, 'move'>; remember: boolean }
  | { kind: 'contact'; crmContactId: number; entries: Exclude<Entries, 'remove'> };

export type NewLink = operations['createLink']['requestBody']['content']['application/json'];

/** Links a person with a contact; what is shown of links, people and reviews is renewed afterwards. */
export function useNewLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewLink) => ask(api.POST('/api/v1/links', { body })),
    onSettled: () =>
      Promise.all(
        ['links', 'people', 'reviews', 'plan'].map((word) => client.invalidateQueries({ queryKey: [word] })),
      ),
  });
}
