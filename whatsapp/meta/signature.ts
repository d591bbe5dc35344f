import { createHmac, timingSafeEqual } from 'node:crypto';

const shape = /^sha256=([0-9a-f]{64})$/i;

/** Whether the header `X-Hub-Signature-256` has Meta's form. */
export const isMetaSignature = (header: string | undefined): boolean => shape.test(header ?? '');

/** Whether the bytes, as received, were signed with the app's secret: false without secret or signature. */
export function verifyMetaSignature(rawBody: Buffer, header: string | undefined, appSecret: string): boolean {
  const [, hex] = shape.exec(header ?? '') ?? [];
  if (appSecret === '' || hex === undefined) return false;
  const expected = createHmac('sha256', appSecret).update(rawBody).digest();
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
