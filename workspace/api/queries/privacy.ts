import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import type { operations } from '../../generated/api';
import { api, ask, type Schemas } from '../client';

export type Proof = Schemas['ForgettingProof'];

/** A person, or one chat. */
export type Whose = { of: 'people' | 'chats'; id: string };

const pathOf = (personId: string) => ({ params: { path: { personId } } });
const chatPathOf = (chatId: string) => ({ params: { path: { chatId } } });

/** Whether a person or a chat is excluded. */
export const useExclusion = (whose: MaybeRefOrGetter<Whose>) =>
  useQuery({
    queryKey: ['exclusions', whose] as const,
    queryFn: ({ signal }) => {
      const { of, id } = toValue(whose);
      return of === 'people'
        ? ask(api.GET('/api/v1/people/{personId}/exclusion', { ...pathOf(id), signal }))
        : ask(api.GET('/api/v1/chats/{chatId}/exclusion', { ...chatPathOf(id), signal }));
    },
  });

/** Excludes a person or a chat, or takes them in again. */
export function useExclude() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ whose: { of, id }, exclude }: { whose: Whose; exclude: boolean }) => {
      if (of === 'people')
        return exclude
          ? ask(api.PUT('/api/v1/people/{personId}/exclusion', pathOf(id)))
          : ask(api.DELETE('/api/v1/people/{personId}/exclusion', pathOf(id)));
      return exclude
        ? ask(api.PUT('/api/v1/chats/{chatId}/exclusion', chatPathOf(id)))
        : ask(api.DELETE('/api/v1/chats/{chatId}/exclusion', chatPathOf(id)));
    },
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

/** What was deleted of somebody who is being forgotten, or is; changes of the operation renew it. */
export const useProof = (operationId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['operations', 'proof', operationId] as const,
    queryFn: ({ signal }) => {
      const params = { path: { operationId: toValue(operationId) } };
      return ask(api.GET('/api/v1/operations/{operationId}/proof', { params, signal }));
    },
  });

/** Takes in again what comes of somebody who was forgotten. */
export const useLetIn = () =>
  useMutation({
    mutationFn: (body: { phone: string; portalId: string }) =>
      ask(api.POST('/api/v1/people/let-in', { body })),
  });

/** For how long what is kept of a portal. */
export const useRetention = (portalId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['portals', 'retention', portalId] as const,
    queryFn: ({ signal }) => {
      const params = { path: { portalId: toValue(portalId) } };
      return ask(api.GET('/api/v1/portals/{portalId}/retention', { params, signal }));
    },
  });

type Days = operations['setRetention']['requestBody']['content']['application/json'];

/** Says for how long what is kept; what is not named stays as it is. */
export function useSetRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ portalId, days }: { portalId: string; days: Days }) =>
      ask(api.PUT('/api/v1/portals/{portalId}/retention', { params: { path: { portalId } }, body: days })),
    onSettled: () => client.invalidateQueries({ queryKey: ['portals'] }),
  });
}
