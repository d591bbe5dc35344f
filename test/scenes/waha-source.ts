import type { Said, SandboxWaha } from '../../sandbox/waha/waha';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';

/** An account of ours at a session of the stand-in that works, set up without our API: no webhook tells of it. */
export async function addWahaAccount(
  store: Store,
  portalId: string,
  waha: SandboxWaha,
  digits: string,
): Promise<AccountDoc> {
  const session = `of-${digits}`;
  const headers = { 'content-type': 'application/json', 'x-api-key': waha.apiKey ?? '' };
  const body = JSON.stringify({ name: session, start: true, config: {} });
  await fetch(`${waha.url}/api/sessions`, { method: 'POST', headers, body });
  waha.setStatus('SCAN_QR_CODE', session);
  waha.scan({ phone: digits }, session);
  const fresh = { portalId, kind: 'waha', e164: `+${digits}`, name: 'Sales', hmacKey: null } as const;
  const { account } = await store.accounts.add(fresh);
  await store.accounts.setWaha(account, { baseUrl: waha.url, apiKey: waha.apiKey, session });
  return (await store.accounts.load(account._id)) ?? account;
}

/** So many messages of a chat, as many seconds apart, the last one at `until`; each says its number. */
export const saidIn = (
  phone: string,
  count: number,
  { until, apart = 1, prefix }: { until: Date; apart?: number; prefix: string },
): Said[] =>
  Array.from({ length: count }, (_, index) => ({
    chatId: `${phone.slice(1)}@c.us`,
    text: `${prefix}${index}`,
    name: 'Klaus',
    stanzaId: `${prefix}${index}${phone.slice(1)}`,
    timestamp: Math.floor(until.getTime() / 1_000) - (count - 1 - index) * apart,
    hooks: 'lost',
  }));
