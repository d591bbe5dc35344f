import type { AccountDoc } from '../../store/accounts';
import { createWahaClient } from '../../whatsapp/waha/rest/client';
import { ServerStateError } from '../../whatsapp/rest/errors';
import type { ConnectedSource, DeviceSession } from '../connected/connected-source';
import { tryKey } from '../connected/server-faults';
import type { ApiContext } from '../context';
import { badField, Problem } from '../http/problem';
import { checkWaha } from './check';
import { parseSettings, toWahaChange, type WahaSettings } from './settings';
import { takeHookOut, trySetUp } from './set-up';
import { clientOf, findClient } from './way';

async function tryNewKey(account: AccountDoc, settings: WahaSettings): Promise<void> {
  const { baseUrl = account.waha?.baseUrl, apiKey, session = account.waha?.session ?? 'default' } = settings;
  if (apiKey === undefined || baseUrl === undefined) return;
  const client = createWahaClient({ baseUrl, apiKey, session, timeoutMs: 10_000 });
  await tryKey(() => client.findSession(), { field: 'apiKey', server: 'WAHA' });
}

async function changeSettings(context: ApiContext, account: AccountDoc, given: unknown): Promise<void> {
  const settings = parseSettings(given);
  const changed = toWahaChange(settings);
  if (changed && !account.waha && settings.baseUrl === undefined) {
    throw badField('settings.baseUrl', 'is needed first');
  }
  await tryNewKey(account, settings);
  const { accounts } = context.store;
  if (changed) await accounts.setWaha(account, changed);
  const { hmacKey } = settings;
  if (hmacKey === undefined || hmacKey === accounts.openHmacKey(account)) return;
  if (!(await accounts.replaceHmacKey(account, hmacKey))) throw new Problem('change_under_way');
}

const actions = {
  start: 'startSession',
  stop: 'stopSession',
  restart: 'restartSession',
  'log-out': 'logOutSession',
} as const;

async function fetchQr(context: ApiContext, account: AccountDoc): Promise<Buffer> {
  const client = clientOf(context, account);
  try {
    return await client.fetchQr();
  } catch (error) {
    if (!(error instanceof ServerStateError)) throw error;
    const session = await client.findSession();
    const detail = `There is no code to scan: the session is ${session?.status ?? 'not there'}.`;
    throw new Problem('source_state', { detail });
  }
}

const session: DeviceSession = {
  isAsked: (context, account) => findClient(context, account) !== null,
  async setUp(context, account) {
    clientOf(context, account);
    await trySetUp(context, account);
  },
  takeHookOut,
  fetchQr,
  act: (context, account, action) => clientOf(context, account)[actions[action]](),
};

/** WAHA, as accounts of it are set up and asked. */
export const wahaSource: ConnectedSource = {
  change: changeSettings,
  check: checkWaha,
  session,
};
