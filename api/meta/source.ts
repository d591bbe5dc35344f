import type { AccountDoc } from '../../store/accounts';
import { createMetaClient } from '../../whatsapp/meta/rest/client';
import type { ConnectedSource } from '../connected/connected-source';
import { tryKey } from '../connected/server-faults';
import type { ApiContext } from '../context';
import { badField, Problem } from '../http/problem';
import { checkMeta } from './check';
import { parseMetaSettings, toMetaChange, type MetaSettings } from './settings';

/** An account whose adding was cut off has nothing that the rest could be joined to. */
function demandWhole(account: AccountDoc, settings: object): void {
  if (account.meta) return;
  for (const field of ['phoneNumberId', 'accessToken', 'verifyToken']) {
    if (!(field in settings)) throw badField(`settings.${field}`, 'is needed first');
  }
}

async function tryNewToken({ meta }: AccountDoc, settings: MetaSettings): Promise<void> {
  const { accessToken, phoneNumberId = meta?.phoneNumberId ?? '' } = settings;
  if (accessToken === undefined) return;
  const { graphUrl = meta?.graphUrl ?? null, apiVersion = meta?.apiVersion ?? 'v24.0' } = settings;
  const way = { accessToken, phoneNumberId, graphUrl, apiVersion, timeoutMs: 10_000 };
  await tryKey(() => createMetaClient(way).fetchNumber(), { field: 'accessToken', server: 'Meta' });
}

/**
 * A new app secret is stored beside the old one, which stays good until Meta signs with the new one, and a day longer: no delivery in between
 * is refused, whoever dies at which step.
 */
async function change(
  { store: { accounts } }: ApiContext,
  account: AccountDoc,
  given: unknown,
): Promise<void> {
  const settings = parseMetaSettings(given);
  demandWhole(account, settings);
  await tryNewToken(account, settings);
  const changed = toMetaChange(settings);
  if (changed) await accounts.setMeta(account, changed);
  const { appSecret } = settings;
  if (appSecret === undefined || appSecret === accounts.openHmacKey(account)) return;
  if (!(await accounts.replaceHmacKey(account, appSecret))) throw new Problem('change_under_way');
}

export const metaSource: ConnectedSource = { change, check: checkMeta };
