import { z } from 'zod';

const text = z.string().nullish();

/** WEBJS gives ids as objects, the other engines as text. */
export const idShape = z.union([
  z.string(),
  z.looseObject({ _serialized: z.string() }).transform(({ _serialized }) => _serialized),
]);

/** Seconds since 1970; some engines give them as text or as a 64-bit object, and then we do without. */
const seconds = z.number().nullish().catch(null);

const webhook = z.looseObject({
  url: z.string(),
  events: z.array(z.string()).nullish(),
  hmac: z.looseObject({ key: text }).nullish(),
});

/** A session's configuration. What we do not know is kept as it is and written back. */
export const sessionConfig = z.looseObject({ webhooks: z.array(webhook).nullish() });
export type SessionConfig = z.output<typeof sessionConfig>;
export type Webhook = z.output<typeof webhook>;

export const meShape = z.looseObject({ id: z.string(), lid: text, pushName: text });

export const sessionShape = z.looseObject({
  name: z.string(),
  /** A state that we may not know. */
  status: z.string(),
  config: sessionConfig.nullish(),
  me: meShape.nullish(),
  engine: z.looseObject({ engine: text }).nullish().catch(null),
});
export type WahaSession = z.output<typeof sessionShape>;

export const versionShape = z.looseObject({ version: z.string(), engine: text });
export type WahaVersion = z.output<typeof versionShape>;

export const chatShape = z
  .looseObject({ id: idShape, name: text, timestamp: seconds, conversationTimestamp: seconds })
  .transform(({ id, name, timestamp, conversationTimestamp }) => ({
    id,
    name: name ?? null,
    /** When its newest message was written; null where the engine does not say it. */
    lastMessageAt: toDate(timestamp ?? conversationTimestamp ?? null),
  }));
export type WahaChat = z.output<typeof chatShape>;

/** A LID and the number behind it; `pn` is null where WhatsApp hides it from this account. */
export const lidShape = z.looseObject({ lid: z.string(), pn: text });
export type LidPair = { lid: string; pn: string | null };

export const contactShape = z
  .looseObject({ id: idShape, number: text, name: text, pushname: text })
  .transform(({ id, number, name, pushname }) => ({
    id,
    number: number ?? null,
    name: name || pushname || null,
  }));
export type WahaContact = z.output<typeof contactShape>;

function toDate(secondsGiven: number | null): Date | null {
  if (secondsGiven === null || !(secondsGiven > 0) || secondsGiven > 8.64e12) return null;
  return new Date(secondsGiven * 1000);
}
