import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { toValue, type MaybeRefOrGetter } from 'vue';
import type { operations } from '../../../generated/api';
import { api, ask, type Schemas } from '../../client';

export type Account = Schemas['Account'];

const of = (accountId: string) => ({ params: { path: { accountId } } });

/** Our numbers; how each is set up only for who may see settings. */
export const useAccounts = () =>
  useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/accounts', { signal })),
  });

export const useAccount = (accountId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['accounts', 'one', accountId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/accounts/{accountId}', { ...of(toValue(accountId)), signal })),
  });

/** A change of our numbers; what is shown of them is renewed afterwards. */
function useAccountChange<Given, Result>(change: (given: Given) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => {
      for (const word of ['accounts', 'overview', 'imports'])
        void client.invalidateQueries({ queryKey: [word] });
    },
  });
}

/** A number that was added, with the secrets that are shown this once. */
export type Added = operations['createAccount']['responses'][201]['content']['application/json'];

export interface NewAccount {
  kind: Account['kind'];
  phone: string;
  name: string;
  portalId?: string;
  settings?: Record<string, string>;
}

/** The newest message of a number's newest chat; null: it has brought none. Renewed with every event of its source. */
export const useFirstMessage = (accountId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['messages', 'first', accountId] as const,
    queryFn: async ({ signal }) => {
      const query = { accountId: toValue(accountId), limit: 1 };
      const [chat] = (await ask(api.GET('/api/v1/chats', { params: { query }, signal }))).items;
      if (!chat) return null;
      const params = { path: { chatId: chat.id }, query: { order: 'newest' as const, limit: 1 } };
      const { items } = await ask(api.GET('/api/v1/chats/{chatId}/messages', { params, signal }));
      return items.at(0) ?? null;
    },
  });

export const useAddAccount = () =>
  useAccountChange((body: NewAccount) => ask(api.POST('/api/v1/accounts', { body })));

export const useSetUp = () =>
  useAccountChange((accountId: string) =>
    ask(api.POST('/api/v1/accounts/{accountId}/set-up', of(accountId))),
  );

interface AccessWish {
  accountId: string;
  settings: Record<string, string>;
  /** Whether the source is set up by us, and is so with them at once. */
  setUp: boolean;
}

/** Other settings of a source. */
export const useChangeAccess = () =>
  useAccountChange(async ({ accountId, settings, setUp }: AccessWish) => {
    const changed = await ask(
      api.PATCH('/api/v1/accounts/{accountId}', { ...of(accountId), body: { settings } }),
    );
    if (setUp) await ask(api.POST('/api/v1/accounts/{accountId}/set-up', of(accountId)));
    return changed;
  });

/** Asks the source anew how it is, and what is missing. */
export const useCheck = (accountId: MaybeRefOrGetter<string>) =>
  useQuery({
    queryKey: ['accounts', 'check', accountId] as const,
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/accounts/{accountId}/check', { ...of(toValue(accountId)), signal })),
    staleTime: 5_000,
  });

/** The code to scan as a picture; `turn`: it is asked for anew. */
export const useQrCode = (accountId: MaybeRefOrGetter<string>, turn: MaybeRefOrGetter<number | null>) =>
  useQuery<Blob>({
    queryKey: ['accounts', 'qr', accountId, turn],
    queryFn: async ({ signal }) => {
      const call = { ...of(toValue(accountId)), parseAs: 'blob' as const, signal };
      return await ask(api.GET('/api/v1/accounts/{accountId}/qr', call));
    },
    enabled: () => toValue(turn) !== null,
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });

export type SessionAction = 'start' | 'stop' | 'restart' | 'log-out';

export const useSessionAction = () =>
  useAccountChange(({ accountId, action }: { accountId: string; action: SessionAction }) =>
    ask(api.POST('/api/v1/accounts/{accountId}/session', { ...of(accountId), body: { action } })),
  );

export const useNewToken = () =>
  useAccountChange((accountId: string) =>
    ask(
      api.POST('/api/v1/accounts/{accountId}/token', { ...of(accountId), body: { keepOldForMinutes: 60 } }),
    ),
  );

/** A new key of a source's webhooks. */
export const useNewHmacKey = () =>
  useAccountChange((accountId: string) =>
    ask(api.POST('/api/v1/accounts/{accountId}/hmac-key', of(accountId))),
  );

export const useRemoveAccount = () =>
  useAccountChange((accountId: string) => ask(api.DELETE('/api/v1/accounts/{accountId}', of(accountId))));
