import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiClient } from '../account/api-client';
import type { SandboxWaha } from '../waha/waha';
import { lids, ownLid, ownName, ownPhone } from './script';

const listSchema = z.object({
  items: z.array(z.object({ id: z.string(), kind: z.string(), phone: z.string() })),
});
const madeSchema = z.object({ account: z.object({ id: z.string() }) });

/** The account at the API, made or told where WAHA is now. */
async function ensureAccount(api: ApiClient, settings: object): Promise<string> {
  const { items } = listSchema.parse(await api.request('GET', 'accounts', null));
  const known = items.find(({ kind, phone }) => kind === 'waha' && phone === ownPhone);
  if (!known) {
    const body = { kind: 'waha', phone: ownPhone, name: ownName, settings };
    return madeSchema.parse(await api.request('POST', 'accounts', null, body)).account.id;
  }
  await api.request('PATCH', `accounts/${known.id}`, null, { settings });
  return known.id;
}

/** Waits until the session works; a code that is shown is scanned, as its phone would do. */
async function scanWhenAsked(waha: SandboxWaha, signal: AbortSignal): Promise<void> {
  while (waha.session().status !== 'WORKING') {
    if (waha.session().status === 'SCAN_QR_CODE') {
      waha.scan({ phone: ownPhone.slice(1), lid: ownLid, pushName: ownName });
    }
    await delay(100, undefined, { signal });
  }
}

/** Connects the stand-in WAHA as an administrator would: add the account, set it up, scan the code. May be repeated. */
export async function connectWaha(
  api: ApiClient,
  waha: SandboxWaha,
  { apiUrl, signal }: { apiUrl: string; signal: AbortSignal },
): Promise<void> {
  const settings = { baseUrl: waha.url, apiKey: waha.apiKey, callbackUrl: apiUrl };
  const accountId = await ensureAccount(api, settings);
  await api.request('POST', `accounts/${accountId}/set-up`, null, {});
  await scanWhenAsked(waha, signal);
  waha.setLids(lids);
}
