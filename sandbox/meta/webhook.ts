import { createHmac, randomInt } from 'node:crypto';
import type { GraphState } from './graph-state';

const timeoutMs = 10_000;

/** Asks an address whether it knows the verify token, as Meta does when it is saved, and delivers there from then on. False: it does not. */
export async function subscribe(
  state: GraphState,
  { callbackUrl, verifyToken }: { callbackUrl: string; verifyToken: string },
): Promise<boolean> {
  const url = URL.parse(callbackUrl);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  const challenge = String(randomInt(1_000_000_000));
  url.searchParams.set('hub.mode', 'subscribe');
  url.searchParams.set('hub.verify_token', verifyToken);
  url.searchParams.set('hub.challenge', challenge);
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(url, { redirect: 'error', signal }).catch(() => null);
  const said = await answer?.text().catch(() => null);
  if (!answer?.ok || said !== challenge) return false;
  state.kept.callbackUrl = callbackUrl;
  state.save();
  return true;
}

/** Delivers one change, signed with the app's secret. Gives the answer's status; null: nobody answered, or there is no address. */
export async function deliver(
  { kept, options }: GraphState,
  field: string,
  value: object,
): Promise<number | null> {
  if (kept.callbackUrl === null) return null;
  const { phoneNumberId: phone_number_id, displayPhone, appSecret } = options;
  const metadata = { display_phone_number: displayPhone.replace(/\D/g, ''), phone_number_id };
  const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
  const entry = [{ id: '102290129340398', time: Math.floor(Date.now() / 1_000), changes: [change] }];
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(kept.callbackUrl, { method: 'POST', headers, body, signal }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status ?? null;
}
