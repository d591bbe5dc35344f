import { listSamePhones } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import { ownAliasesOf } from '../../store/sources/own-names';
import type { Store } from '../../store/store';
import type { Received } from '../delivery';

function listNames(accounts: readonly AccountDoc[]): Map<string, AccountDoc> {
  return new Map(
    accounts.flatMap((account) =>
      ownAliasesOf(account)
        .flatMap((alias) => (alias.kind === 'phone' ? listSamePhones(alias) : alias))
        .map(({ key }): [string, AccountDoc] => [key, account]),
    ),
  );
}

/**
 * What one of our numbers writes in a group, another one of ours may hear as somebody's: it is ours all the same, and no person is made
 * of us. Asked only where a group speaks.
 */
export async function toOurs(
  store: Store,
  portalId: string,
  received: readonly Received[],
): Promise<readonly Received[]> {
  const isHeard = ({ message: { chat, sender } }: Received) => chat.kind === 'group' && sender !== null;
  if (!received.some(isHeard)) return received;
  const ours = listNames(await store.accounts.listOfPortal(portalId));
  return received.map((one) => {
    if (!isHeard(one)) return one;
    const account = one.message.sender?.aliases.flatMap(({ key }) => ours.get(key) ?? [])[0];
    return account ? { account, message: { ...one.message, fromMe: true, sender: null } } : one;
  });
}
