import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import { api, ask, type Schemas } from '../../client';

export type Group = Schemas['Group'];
export type GroupPage = Schemas['GroupPage'];
/** What may be chosen for a group: a mode, or what the portal says for all. */
export type GroupChoice = Group['mode'] | 'default';

export interface GroupFilter {
  accountId: string;
  q?: string;
  cursor?: string;
}

export const useGroups = (filter: MaybeRefOrGetter<GroupFilter>) =>
  useQuery({
    queryKey: ['groups', 'list', filter] as const,
    queryFn: ({ signal }) => {
      const query = { ...toValue(filter), limit: 50 };
      return ask(api.GET('/api/v1/groups', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export interface GroupWish {
  mode: GroupChoice;
  crmContactId: number | null;
}

const isWhole = ({ mode, crmContactId }: GroupWish): boolean => mode !== 'one' || crmContactId !== null;
const toQuery = ({ mode, crmContactId }: GroupWish) => ({
  mode,
  ...(mode === 'one' && crmContactId !== null && { crmContactId }),
});

/** On whose pages a group would be; nothing is changed by looking. */
export const usePreview = (chatId: MaybeRefOrGetter<string>, wish: MaybeRefOrGetter<GroupWish>) =>
  useQuery({
    queryKey: ['groups', 'preview', chatId, wish] as const,
    queryFn: ({ signal }) => {
      const params = { path: { chatId: toValue(chatId) }, query: toQuery(toValue(wish)) };
      return ask(api.GET('/api/v1/chats/{chatId}/group-policy/preview', { params, signal }));
    },
    enabled: () => isWhole(toValue(wish)),
    retry: false,
  });

/** Asks for what a group said before its member was linked to come onto the member's page; gives the operation. */
export const useBindEarlier = () =>
  useMutation({
    mutationFn: ({ chatId, linkId }: { chatId: string; linkId: string }) =>
      ask(
        api.POST('/api/v1/chats/{chatId}/bind-earlier', { params: { path: { chatId } }, body: { linkId } }),
      ),
  });

export function useSetGroupPolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ chatId, wish }: { chatId: string; wish: GroupWish }) =>
      ask(
        api.PUT('/api/v1/chats/{chatId}/group-policy', { params: { path: { chatId } }, body: toQuery(wish) }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['groups'] }),
  });
}
