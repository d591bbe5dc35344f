import type { AccountDoc } from '../../store/accounts';
import type { EvolutionClient } from '../../whatsapp/evolution/rest/client';
import type { EvolutionInstance } from '../../whatsapp/evolution/rest/instances';
import { findHookFault, isForeign } from '../../whatsapp/evolution/rest/webhook';
import { leaveToCheck, wasTold } from '../connected/server-faults';
import type { ApiContext } from '../context';
import { clientOf, findClient, findWantedHook, toHookPath } from './way';

async function ensureInstance(client: EvolutionClient): Promise<EvolutionInstance> {
  const found = await client.findInstance();
  if (found) return found;
  await client.createInstance();
  return { state: 'close', ownerJid: null };
}

/**
 * Makes the instance as it must be: there, connecting or connected, with our webhook and its newest secret. May be repeated at any time:
 * after a crash in between the next one does the rest. The webhook of another stays, for an instance has only one; the check says so.
 */
async function makeRight(context: ApiContext, account: AccountDoc): Promise<void> {
  const wanted = findWantedHook(context, account);
  if (!wanted) return;
  const client = clientOf(context, account);
  const path = toHookPath(account);
  const { state } = await ensureInstance(client);
  const hook = await client.findHook();
  if (!isForeign(hook, path) && findHookFault(hook, path, wanted) !== null) await client.setHook(wanted);
  if (state === 'close') await client.connectInstance();
}

export const setUpEvolution = (context: ApiContext, account: AccountDoc): Promise<void> =>
  leaveToCheck(makeRight(context, account));

/** Takes our webhook out of the instance. False: the server could not be told, and null: it is not asked. */
export async function takeHookOut(
  context: ApiContext,
  account: AccountDoc,
  { logOut }: { logOut: boolean },
): Promise<boolean | null> {
  const client = findClient(context, account);
  if (!client) return null;
  return wasTold(async () => {
    const instance = await client.findInstance();
    if (!instance) return;
    const hook = await client.findHook();
    const path = toHookPath(account);
    if (hook?.url?.endsWith(path) && hook.enabled) await client.endHook(hook.url);
    if (logOut && instance.state === 'open') await client.logOutInstance();
  });
}
