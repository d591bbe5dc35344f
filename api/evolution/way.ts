import type { AccountDoc } from '../../store/accounts';
import { createEvolutionClient, type EvolutionClient } from '../../whatsapp/evolution/rest/client';
import type { WantedHook } from '../../whatsapp/evolution/rest/webhook';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';

/** Somebody waits for the answer. */
const timeoutMs = 15_000;

/** The client of an account's server, or null where no key of ours opens it. */
export function findClient({ store }: ApiContext, account: AccountDoc): EvolutionClient | null {
  const opened = store.accounts.openEvolution(account);
  return opened && createEvolutionClient({ ...opened, timeoutMs });
}

/** The same, or the problem that there is none. */
export function clientOf(context: ApiContext, account: AccountDoc): EvolutionClient {
  const client = findClient(context, account);
  if (client) return client;
  throw new Problem('source_not_asked', { detail: 'Set settings.apiKey of the account first.' });
}

export const toHookPath = ({ _id }: Pick<AccountDoc, '_id'>): string => `/hooks/evolution/${_id}`;

/** Our webhook as the server must have it; null while nobody said where the server reaches us. */
export function findWantedHook({ store, publicUrl }: ApiContext, account: AccountDoc): WantedHook | null {
  const ours = account.evolution?.callbackUrl ?? publicUrl;
  const secret = store.accounts.openHmacKey(account);
  return ours === null || secret === null ? null : { url: `${ours}${toHookPath(account)}`, secret };
}
