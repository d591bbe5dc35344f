import { createHmac } from 'node:crypto';
import { klaus } from '../../waha/samples/sample';

/** One documented webhook of Meta, and its lines on the page after the clock; null: it is nothing. */
export interface Sample {
  name: string;
  body: unknown;
  lines: string[] | null;
}

export { ana, klaus } from '../../waha/samples/sample';
export const ownDigits = '4930111222';
export const phoneNumberId = '106540352242922';
export const appSecret = 'the-secret-of-the-app-0123456789';
export const klausId = 'DE.13491208655302741918';
export const klausParentId = 'DE.ENT.11815799212886844830';
export const groupJid = '120363321708924123@g.us';
export const groupId = Buffer.from(`capi_group:${ownDigits}:${groupJid.split('@')[0]}`).toString('base64');

/** All samples lie within an hour of this. */
export const beginsAt = 1_727_000_000;

/** An id as Meta makes it: thrift's compact form of the other end's digits, the direction and the stanza id. */
export function wamidOf(stanzaId: string, { digits = klaus, isOurs = false } = {}): string {
  const head = Buffer.from([0x1c, 0x18, digits.length]);
  const middle = Buffer.from([0x15, 0x02, 0x00, isOurs ? 0x11 : 0x12, 0x18, stanzaId.length]);
  const parts = [head, Buffer.from(digits), middle, Buffer.from(stanzaId), Buffer.from([0])];
  return `wamid.${Buffer.concat(parts).toString('base64')}`;
}

export const toValue = (parts: object, numberId = phoneNumberId): Record<string, unknown> => ({
  messaging_product: 'whatsapp',
  metadata: { display_phone_number: ownDigits, phone_number_id: numberId },
  ...parts,
});

/** A delivery with one change for each value. */
export const toBody = (field: string, ...values: unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '102290129340398', time: beginsAt, changes: values.map((value) => ({ field, value })) }],
});

export const contact = (more: object = {}) => ({
  profile: { name: 'Klaus' },
  wa_id: klaus,
  user_id: klausId,
  parent_user_id: klausParentId,
  ...more,
});

/** A message that a customer sent, with its contact beside it. */
export const inbound = (message: object, beside: object = { contacts: [contact()] }) =>
  toBody('messages', toValue({ ...beside, messages: [{ from: klaus, ...message }] }));

export const sign = (raw: string | Buffer, secret = appSecret): string =>
  `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
