import { phoneOf, type Alias } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { isForeign, loadAcquaintance } from './acquaintance';

/**
 * The LIDs that a client calls its own, without those of people whom other accounts talk to: in a group, what those say would become ours.
 * Somebody with the account's own number is the account.
 */
export async function listBelievedLids(
  store: Store,
  account: AccountDoc,
  ownAliases: readonly Alias[],
): Promise<Alias[]> {
  const { _id: accountId, portalId, ownLids = [], e164 } = account;
  const fresh = ownAliases.filter(({ kind, key }) => kind === 'lid' && !ownLids.includes(key));
  if (fresh.length === 0) return [];
  const known = await loadAcquaintance(store, portalId, fresh);
  return fresh.filter(({ key }) => {
    const person = known.owners.get(key);
    return !person || phoneOf(person.aliases) === e164 || !isForeign(known, accountId, person);
  });
}
