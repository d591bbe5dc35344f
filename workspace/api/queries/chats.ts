import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { useChosenPortal } from '../chosen-portal';
import { api, ask, type Schemas } from '../client';

export type Chat = Schemas['Chat'];
export type Message = Schemas['Message'];

/** The chats of a link's person: with each of our numbers, then the groups. */
export const useChatsOf = (linkId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['chats', linkId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/links/{linkId}/chats', { params: { path: { linkId: toValue(linkId) } }, signal })),
  });

/** What was said last with somebody, linked or not, the oldest first: the words of each message as they are now. */
export const useLastSaid = (personId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['messages', 'said', personId] as const,
    queryFn: async ({ signal }) => {
      const query = { personId: toValue(personId), limit: 5 };
      const { items: chats } = await ask(api.GET('/api/v1/chats', { params: { query }, signal }));
      const ofChat = ({ id: chatId }: Chat) => {
        const params = { path: { chatId }, query: { order: 'newest' as const, limit: 10 } };
        return ask(api.GET('/api/v1/chats/{chatId}/messages', { params, signal }));
      };
      const pages = await Promise.all(chats.map(ofChat));
      return pages
        .flatMap(({ items }) => items.map(toSaid))
        .sort((a, b) => a.sentAt.localeCompare(b.sentAt))
        .slice(-10);
    },
  });

function toSaid({ id, fromMe, versions }: Message) {
  const contents = versions.filter(({ event }) => event === 'create' || event === 'edit');
  const last = contents.at(-1);
  return { id, fromMe, sentAt: contents[0]?.sentAt ?? '', text: last?.text ?? last?.fileName ?? null };
}

/** The messages of a chat, the newest page first; each further page is older. */
export const useMessages = (chatId: MaybeRefOrGetter<string>) =>
  useInfiniteQuery({
    queryKey: ['messages', chatId] as const,
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      const params = {
        path: { chatId: toValue(chatId) },
        query: { order: 'newest' as const, limit: 50, ...cursor },
      };
      return ask(api.GET('/api/v1/chats/{chatId}/messages', { params, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** Sends once more, as it was, what a note on the page stands for. */
export function useSendAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (entryId: string) =>
      ask(api.POST('/api/v1/entries/{entryId}/send-again', { params: { path: { entryId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['messages'] }),
  });
}

export const useOperation = (operationId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['operations', operationId] as const,
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/v1/operations/{operationId}', {
          params: { path: { operationId: toValue(operationId) } },
          signal,
        }),
      ),
  });

/** Contacts of Bitrix24 by what was typed, from two letters on; of the portal that is named, else of the chosen one. */
export const useCrmSearch = (words: MaybeRefOrGetter<string>, portalId: () => string | undefined) => {
  const q = computed(() => toValue(words).trim());
  const { named, isKnown } = useChosenPortal();
  const where = computed(() => {
    const known = portalId();
    return known === undefined ? named.value : { portalId: known };
  });
  return useQuery({
    queryKey: ['crm', 'contacts', where, q] as const,
    queryFn: ({ signal }) =>
      // What is typed may be a number: it stands in no address, which a proxy would keep.
      ask(api.POST('/api/v1/crm/contacts/search', { body: { q: q.value, ...where.value }, signal })),
    enabled: () => q.value.length > 1 && isKnown(),
    staleTime: 10_000,
  });
};

/** What is held of a contact's chats, what of it is on the page, and the times of which something may be missing. */
export const useCompleteness = (linkId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['messages', 'completeness', linkId] as const,
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/v1/links/{linkId}/completeness', {
          params: { path: { linkId: toValue(linkId) } },
          signal,
        }),
      ),
  });
