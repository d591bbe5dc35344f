import type { AccountDoc } from '../../store/accounts';
import type { WahaClient } from '../../whatsapp/waha/rest/client';
import { ServerStateError } from '../../whatsapp/rest/errors';
import type { WahaSession } from '../../whatsapp/waha/rest/shapes';
import {
  findHookFault,
  newConfig,
  withHook,
  withoutHook,
  type WantedHook,
} from '../../whatsapp/waha/rest/webhook';
import { leaveToCheck, wasTold } from '../connected/server-faults';
import type { ApiContext } from '../context';
import { clientOf, findClient, findWantedHook, toHookPath } from './way';

/** Makes the session, or finds it where somebody else was first. */
async function ensureSession(
  client: WahaClient,
  path: string,
  hook: WantedHook,
): Promise<WahaSession | null> {
  const found = await client.findSession();
  if (found) return found;
  try {
    await client.createSession(withHook(newConfig, path, hook));
    return null;
  } catch (error) {
    if (error instanceof ServerStateError) return client.findSession();
    throw error;
  }
}

/** Starts what does not run; what shows a code or works is left alone. */
async function ensureRunning(client: WahaClient, { status }: WahaSession): Promise<void> {
  if (status === 'STOPPED') await client.startSession();
  if (status === 'FAILED') await client.restartSession();
}

/**
 * Makes WAHA's session as it must be: there, running, with our webhook, its newest key and nothing else changed. May be repeated at
 * any time; a session that is right already is not touched, for each change restarts it. Throws `ServerError`.
 */
async function setUpWaha(context: ApiContext, account: AccountDoc): Promise<void> {
  const hook = findWantedHook(context, account);
  if (!hook) return;
  const client = clientOf(context, account);
  const path = toHookPath(account);
  const session = await ensureSession(client, path, hook);
  if (!session) return;
  const config = session.config ?? {};
  if (findHookFault(config, path, hook)) await client.updateSession(withHook(config, path, hook));
  await ensureRunning(client, session);
}

export const trySetUp = (context: ApiContext, account: AccountDoc): Promise<void> =>
  leaveToCheck(setUpWaha(context, account));

/** Takes our webhook out of WAHA's session. False: WAHA could not be told, and null: it is not asked. */
export async function takeHookOut(
  context: ApiContext,
  account: AccountDoc,
  { logOut }: { logOut: boolean },
): Promise<boolean | null> {
  const client = findClient(context, account);
  if (!client) return null;
  return wasTold(async () => {
    const session = await client.findSession();
    if (!session) return;
    if (logOut) await client.logOutSession();
    const path = toHookPath(account);
    const rest = withoutHook(session.config ?? {}, path);
    const isThere = rest.webhooks?.length !== (session.config?.webhooks ?? []).length;
    if (isThere) await client.updateSession(rest);
  });
}
