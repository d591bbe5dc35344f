import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { api, ask, type Schemas } from '../client';

export type User = Schemas['User'];
export type ApiToken = Schemas['ApiToken'];
export type Role = User['role'];

export const roles: readonly Role[] = ['admin', 'agent', 'viewer'];

export const useUsers = () =>
  useQuery({ queryKey: ['users'], queryFn: ({ signal }) => ask(api.GET('/api/v1/users', { signal })) });

export const useTokens = () =>
  useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => ask(api.GET('/api/v1/tokens', { signal })) });

/** A change after which a list of this name is asked for again. */
function useChangeOf<Given, Result>(list: 'users' | 'tokens', change: (given: Given) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: [list] }),
  });
}

export interface Named {
  name: string;
  role: Role;
}

const ofUser = (userId: string) => ({ params: { path: { userId } } });

export const useInvite = () =>
  useChangeOf('users', (body: Named) => ask(api.POST('/api/v1/users', { body })));

export const useNewInvitation = () =>
  useChangeOf('users', (userId: string) =>
    ask(api.POST('/api/v1/users/{userId}/invitation', ofUser(userId))),
  );

export const useChangeRole = () =>
  useChangeOf('users', ({ userId, role }: { userId: string; role: Role }) =>
    ask(api.PATCH('/api/v1/users/{userId}', { ...ofUser(userId), body: { role } })),
  );

export const useRemoveUser = () =>
  useChangeOf('users', (userId: string) => ask(api.DELETE('/api/v1/users/{userId}', ofUser(userId))));

export const useEndSessions = () =>
  useChangeOf('users', (userId: string) =>
    ask(api.DELETE('/api/v1/sessions', { params: { query: { userId } } })),
  );

export const useNewToken = () =>
  useChangeOf('tokens', (body: Named) => ask(api.POST('/api/v1/tokens', { body })));

export const useRevokeToken = () =>
  useChangeOf('tokens', (tokenId: string) =>
    ask(api.DELETE('/api/v1/tokens/{tokenId}', { params: { path: { tokenId } } })),
  );
