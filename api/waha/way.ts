import { listHiddenLabels } from '../../domain/source/labels';
import type { AccountDoc } from '../../store/accounts';
import { createWahaClient, type WahaClient } from '../../whatsapp/waha/rest/client';
import type { WantedHook } from '../../whatsapp/waha/rest/webhook';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';

/** Somebody waits for the answer. */
const timeoutMs = 15_000;

/** The client of an account's WAHA, or null where WAHA only delivers. */
export function findClient({ store }: ApiContext, account: AccountDoc): WahaClient | null {
  const waha = store.accounts.openWaha(account);
  return waha && createWahaClient({ ...waha, timeoutMs });
}

/** The same, or the problem that there is none. */
export function clientOf(context: ApiContext, account: AccountDoc): WahaClient {
  const client = findClient(context, account);
  if (client) return client;
  throw new Problem('source_not_asked', { detail: 'Set settings.baseUrl of the account first.' });
}

export const toHookPath = ({ _id }: Pick<AccountDoc, '_id'>): string => `/hooks/waha/${_id}`;

/** Our webhook as WAHA must have it; null while nobody said where WAHA reaches us. */
export function findWantedHook({ store, publicUrl }: ApiContext, account: AccountDoc): WantedHook | null {
  const ours = account.waha?.callbackUrl ?? publicUrl;
  const hmacKey = store.accounts.openHmacKey(account);
  if (ours === null || hmacKey === null) return null;
  const withLabels = listHiddenLabels(account.policy).length > 0;
  return { url: `${ours}${toHookPath(account)}`, hmacKey, withLabels };
}
