import type { AccountDoc } from '../../store/accounts';
import { createMetaClient } from '../../whatsapp/meta/rest/client';
import type { ApiContext } from '../context';

/** Somebody waits for the answer. */
const timeoutMs = 15_000;

/** The client of a number at Meta; null where the account has no token. */
export function findMetaClient({ store }: Pick<ApiContext, 'store'>, account: AccountDoc) {
  const way = store.accounts.openMeta(account);
  return way && createMetaClient({ ...way, timeoutMs });
}
