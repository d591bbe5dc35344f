import { z } from 'zod';
import type { AccountState } from './account-state';
import { ApiRefusal, type ApiClient } from './api-client';
import { ownName, ownPhone } from './dialogues';

const createdSchema = z.object({ account: z.object({ id: z.string() }), token: z.string() });
const listSchema = z.object({ items: z.array(z.object({ id: z.string(), phone: z.string().nullish() })) });
const tokenSchema = z.object({ token: z.string() });

/** An account with this number exists, but its token is not known here: asks for a new one. */
async function renewToken(api: ApiClient): Promise<{ id: string; token: string }> {
  const { items } = listSchema.parse(await api.request('GET', 'accounts', null));
  const account = items.find(({ phone }) => phone === ownPhone);
  if (account === undefined) throw new ApiRefusal(409, 'accounts');
  const { token } = tokenSchema.parse(await api.request('POST', `accounts/${account.id}/token`, null, {}));
  return { id: account.id, token };
}

async function createAccount(api: ApiClient): Promise<{ id: string; token: string }> {
  try {
    const body = { kind: 'ingest', phone: ownPhone, name: ownName };
    const { account, token } = createdSchema.parse(await api.request('POST', 'accounts', null, body));
    return { id: account.id, token };
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 409) return renewToken(api);
    throw error;
  }
}

/** Makes the account at the API and begins anew: history, links and conversation. */
export async function openAccount(api: ApiClient, nowMs: number): Promise<AccountState> {
  const { id, token } = await createAccount(api);
  return {
    accountId: id,
    token,
    startedAtMs: nowMs,
    isHistoryPosted: false,
    linked: [],
    liveCounts: [],
    pending: null,
  };
}
