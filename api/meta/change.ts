import type { AccountDoc } from '../../store/accounts';
import type { ApiContext } from '../context';
import { badField, Problem } from '../http/problem';
import { parseMetaSettings, toMetaChange } from './settings';

/** An account whose adding was cut off has nothing that the rest could be joined to. */
function demandWhole(account: AccountDoc, settings: object): void {
  if (account.meta) return;
  for (const field of ['phoneNumberId', 'accessToken', 'verifyToken']) {
    if (!(field in settings)) throw badField(`settings.${field}`, 'is needed first');
  }
}

/**
 * Changes the settings of a number at Meta. A new app secret is stored beside the old one, which stays good until Meta signs with the new
 * one, and a day longer: no delivery in between is refused, whoever dies at which step.
 */
export async function changeMetaSettings(
  { store: { accounts } }: ApiContext,
  account: AccountDoc,
  given: unknown,
): Promise<void> {
  const settings = parseMetaSettings(given);
  demandWhole(account, settings);
  const change = toMetaChange(settings);
  if (change) await accounts.setMeta(account, change);
  const { appSecret } = settings;
  if (appSecret === undefined || appSecret === accounts.openHmacKey(account)) return;
  if (!(await accounts.replaceHmacKey(account, appSecret))) throw new Problem('change_under_way');
}
