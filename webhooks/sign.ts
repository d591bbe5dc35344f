import { createHmac } from 'node:crypto';

/** A request to a receiver. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/**
 * Signs as the Standard Webhooks specification says, so that receivers can check with its libraries: HMAC-SHA256 over id, time and
 * body. The time keeps an old request from being sent again by somebody else.
 */
export function signRequest(id: string, secret: string, payload: object, now: Date): SignedRequest {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const body = JSON.stringify(payload);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    ...{ 'content-type': 'application/json', 'user-agent': 'contact-link' },
    ...{ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    'idempotency-key': id,
  };
  return { headers, body };
}
