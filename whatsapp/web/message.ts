import { z } from 'zod';
import { unreadable } from '../refusal';

/** Only what we rely on: the engines of linked devices add fields of their own, and those are nobody's error. */
export const text = z.string().nullish();
/** Some engines give degrees as text. */
const degrees = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,3}(?:\.\d+)?$/)
    .transform(Number),
]);
export const time = z.union([z.number(), z.string()]).nullish();

/** WEBJS gives ids as objects, the other engines as text. */
export const messageId = z.union([
  z.string(),
  z.looseObject({ _serialized: z.string() }).transform(({ _serialized }) => _serialized),
]);

/** A message as a linked device tells it: WAHA's own form, and what other sources are brought into. `_data` is what the engine saw. */
export const webMessage = z.looseObject({
  id: messageId,
  timestamp: time,
  from: text,
  to: text,
  fromMe: z.boolean().nullish(),
  participant: text,
  author: text,
  body: text,
  type: text,
  hasMedia: z.boolean().nullish(),
  media: z.looseObject({ mimetype: text, filename: text }).nullish(),
  location: z
    .looseObject({
      latitude: degrees,
      longitude: degrees,
      description: text,
      name: text,
      address: text,
    })
    .nullish()
    .catch(null),
  vCards: z.array(z.string()).nullish().catch(null),
  replyTo: z
    .looseObject({
      id: messageId.nullish(),
      body: text,
      hasMedia: z.boolean().nullish(),
      media: z.looseObject({ mimetype: text }).nullish(),
    })
    .nullish()
    // What a message answers is worth no message.
    .catch(null),
  _data: z.unknown().optional(),
});
export type WebMessage = z.output<typeof webMessage>;

/** The payload as `schema` sees it, or a refusal that names the field and not its value. */
export function readPayload<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join('.') || 'payload';
  throw unreadable('bad_payload', `The field ${path} is missing or of an unknown form.`);
}
