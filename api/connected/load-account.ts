import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { orNotFound } from '../http/problem';

/** An account that was not removed, or a 404. */
export async function loadAccount({ accounts }: Store, accountId: string): Promise<AccountDoc> {
  const account = await accounts.load(accountId);
  return orNotFound(account?.removedAt ? null : account, 'account');
}
