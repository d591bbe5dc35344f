import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import type { paths } from '../../../generated/api';
import { api, ask, type Schemas } from '../../client';

export type Import = Schemas['Import'];
export type Gap = Schemas['Gap'];

const of = (accountId: string) => ({ params: { path: { accountId } } });

/** How far back a number is read, and what was read so far. */
export const useHistory = (accountId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['imports', 'settings', accountId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/accounts/{accountId}/history', { ...of(toValue(accountId)), signal })),
  });

/** The readings of a number, the newest first. */
export const useImports = (filter: MaybeRefOrGetter<{ accountId: string; cursor?: string }>) =>
  useQuery({
    queryKey: ['imports', 'list', filter] as const,
    queryFn: ({ signal }) => {
      const query = { ...toValue(filter), limit: 10 };
      return ask(api.GET('/api/v1/imports', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

/** The times of which messages may be missing, the newest first. */
export const useGaps = (accountId: MaybeRefOrGetter<string>, cursor: MaybeRefOrGetter<string | undefined>) =>
  useQuery({
    queryKey: ['gaps', accountId, cursor] as const,
    queryFn: ({ signal }) => {
      const after = toValue(cursor);
      const query = { limit: 10, ...(after !== undefined && { cursor: after }) };
      const path = { accountId: toValue(accountId) };
      return ask(api.GET('/api/v1/accounts/{accountId}/gaps', { params: { path, query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

/** A change of what is read; what is shown of it is renewed afterwards. */
function useHistoryChange<Given, Result>(change: (given: Given) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ['imports'] }),
  });
}

export const useSetDays = () =>
  useHistoryChange(({ accountId, daysAtConnect }: { accountId: string; daysAtConnect: number | null }) =>
    ask(api.PUT('/api/v1/accounts/{accountId}/history', { ...of(accountId), body: { daysAtConnect } })),
  );

/** Null days: all that the source has. */
export const useReadHistory = () =>
  useHistoryChange(({ accountId, days }: { accountId: string; days: number | null }) => {
    const body = days === null ? ({ all: true } as const) : { days };
    return ask(api.POST('/api/v1/accounts/{accountId}/history', { ...of(accountId), body }));
  });

/** What the sources of our numbers have of the past with one contact; null days: all of it. */
export const useReadContact = () =>
  useHistoryChange(({ linkId, days }: { linkId: string; days: number | null }) => {
    const body = days === null ? ({ all: true } as const) : { days };
    return ask(api.POST('/api/v1/links/{linkId}/history', { params: { path: { linkId } }, body }));
  });

/** Asks Meta for the past of a number, which it gives once. `again`: where its answer to the last request was lost. */
export function useRequestHistory() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ accountId, again }: { accountId: string; again: boolean }) =>
      ask(api.POST('/api/v1/accounts/{accountId}/history-request', { ...of(accountId), body: { again } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

const ofImport = (importId: string) => ({ params: { path: { importId } } });

export const useCancelImport = () =>
  useHistoryChange((importId: string) =>
    ask(api.POST('/api/v1/imports/{importId}/cancel', ofImport(importId))),
  );

export const useResumeImport = () =>
  useHistoryChange((importId: string) =>
    ask(api.POST('/api/v1/imports/{importId}/resume', ofImport(importId))),
  );

/** The file is the body as it is: nothing of it is held in memory. */
export const useImportChat = () =>
  useHistoryChange(({ accountId, file }: { accountId: string; file: File }) =>
    ask(
      api.POST('/api/v1/accounts/{accountId}/imports', {
        ...of(accountId),
        body: file as unknown as string,
        bodySerializer: () => file,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    ),
  );

type Answer = NonNullable<
  paths['/api/v1/imports/{importId}/answer']['post']['requestBody']
>['content']['application/json'];

export const useAnswerImport = () =>
  useHistoryChange(({ importId, body }: { importId: string; body: Answer }) =>
    ask(api.POST('/api/v1/imports/{importId}/answer', { ...ofImport(importId), body })),
  );
