import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request with its `X-Webhook-Hmac` and `X-Webhook-Hmac-Algorithm`, and the key that both sides know. */
export interface SignedRequest {
  /** The bytes as received: parsed and written again they would not be the same. */
  rawBody: Buffer;
  hmacHex: string | undefined;
  algorithm: string | undefined;
  key: string;
}

type Signature = Pick<SignedRequest, 'hmacHex' | 'algorithm'>;

/** Whether there is a signature of WAHA's form: HMAC-SHA512, the only algorithm it has. */
export const isSignature = ({ hmacHex, algorithm }: Signature): boolean =>
  algorithm?.toLowerCase() === 'sha512' && /^[0-9a-f]{128}$/i.test(hmacHex ?? '');

/** Whether the body was signed with the key: false without key or signature. */
export function verifySignature({ rawBody, hmacHex, algorithm, key }: SignedRequest): boolean {
  if (key === '' || !isSignature({ hmacHex, algorithm })) return false;
  const expected = createHmac('sha512', key).update(rawBody).digest();
  const given = Buffer.from(hmacHex ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
