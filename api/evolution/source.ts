import type { AccountDoc } from '../../store/accounts';
import { createEvolutionClient } from '../../whatsapp/evolution/rest/client';
import { ServerStateError } from '../../whatsapp/rest/errors';
import type { ConnectedSource, DeviceSession, SessionAction } from '../connected/connected-source';
import { tryKey } from '../connected/server-faults';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';
import { checkEvolution } from './check';
import { parseSettings, type EvolutionSettings } from './settings';
import { setUpEvolution, takeHookOut } from './set-up';
import { clientOf, findClient } from './way';

async function tryNewKey({ evolution }: AccountDoc, settings: EvolutionSettings): Promise<void> {
  const { baseUrl = evolution?.baseUrl, apiKey, instance = evolution?.instance } = settings;
  if (apiKey === undefined || baseUrl === undefined || instance === undefined) return;
  const client = createEvolutionClient({ baseUrl, apiKey, instance, timeoutMs: 10_000 });
  await tryKey(() => client.findInstance(), { field: 'apiKey', server: 'Evolution' });
}

async function fetchQr(context: ApiContext, account: AccountDoc): Promise<Buffer> {
  const client = clientOf(context, account);
  try {
    return await client.fetchQr();
  } catch (error) {
    if (!(error instanceof ServerStateError)) throw error;
    const instance = await client.findInstance();
    const why =
      instance?.state === 'connecting'
        ? 'it is still being made; ask again in a few seconds.'
        : `the instance is ${instance?.state ?? 'not there'}.`;
    throw new Problem('source_state', { detail: `There is no code to scan: ${why}` });
  }
}

async function act(context: ApiContext, account: AccountDoc, action: SessionAction): Promise<void> {
  const client = clientOf(context, account);
  if (action === 'start') return client.connectInstance();
  if (action === 'restart') return client.restartInstance();
  if (action === 'log-out') return client.logOutInstance();
  throw new Problem('source_state', { detail: 'Evolution cannot stop an instance: log it out.' });
}

const session: DeviceSession = {
  isAsked: (context, account) => findClient(context, account) !== null,
  async setUp(context, account) {
    clientOf(context, account);
    await setUpEvolution(context, account);
  },
  takeHookOut,
  fetchQr,
  act,
};

/** An Evolution server, as accounts of it are set up and asked. */
export const evolutionSource: ConnectedSource = {
  async change({ store }, account, given) {
    const settings = parseSettings(given);
    await tryNewKey(account, settings);
    if (Object.keys(settings).length > 0) await store.accounts.setEvolution(account, settings);
  },
  check: checkEvolution,
  session,
};
