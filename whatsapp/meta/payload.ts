import { z } from 'zod';
import { unreadable } from '../refusal';

/** Only what we rely on. A field of another form than known is as good as absent: it costs no message. */
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
const time = z.union([z.string(), z.number()]).nullish().catch(null);
const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null);
const listOf = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .array(orNull(schema))
    .transform((items) => items.filter((one): one is NonNullable<typeof one> => one != null))
    .nullish()
    .catch(null);

/** Somebody, as Meta names people. A BSUID may stand where a number is expected. */
export const metaContact = z.looseObject({
  profile: orNull(z.looseObject({ name: text, username: text })),
  wa_id: text,
  user_id: text,
  parent_user_id: text,
  username: text,
});
export type MetaContact = z.output<typeof metaContact>;

const file = orNull(
  z.looseObject({
    id: text,
    mime_type: text,
    sha256: text,
    caption: text,
    filename: text,
    file_size: orNull(z.number()),
    voice: orNull(z.boolean()),
  }),
);

const phone = z.looseObject({ phone: text, wa_id: text });
const sharedContact = z.looseObject({
  name: orNull(z.looseObject({ formatted_name: text, first_name: text, last_name: text })),
  org: orNull(z.looseObject({ company: text })),
  phones: listOf(phone),
  vcard: text,
});

const reply = orNull(z.looseObject({ id: text, title: text, description: text }));
const item = z.looseObject({
  product_retailer_id: text,
  quantity: orNull(z.union([z.number(), z.string().transform(Number)])),
  item_price: orNull(z.union([z.number(), z.string().transform(Number)])),
  currency: text,
});

const content = {
  type: text,
  text: orNull(z.looseObject({ body: text })),
  image: file,
  video: file,
  audio: file,
  voice: file,
  document: file,
  sticker: file,
  location: orNull(
    z.looseObject({
      latitude: orNull(z.union([z.number(), z.string().transform(Number)])),
      longitude: orNull(z.union([z.number(), z.string().transform(Number)])),
      name: text,
      address: text,
      url: text,
    }),
  ),
  contacts: listOf(sharedContact),
  interactive: orNull(
    z.looseObject({
      type: text,
      button_reply: reply,
      list_reply: reply,
      nfm_reply: orNull(z.looseObject({ name: text, body: text, response_json: z.unknown().optional() })),
      call_permission_reply: orNull(z.looseObject({ response: text })),
      // What a business sends itself.
      body: orNull(z.looseObject({ text })),
      header: orNull(z.looseObject({ text })),
      footer: orNull(z.looseObject({ text })),
    }),
  ),
  button: orNull(z.looseObject({ text, payload: text })),
  order: orNull(z.looseObject({ text, catalog_id: text, product_items: listOf(item) })),
  template: orNull(z.looseObject({ name: text })),
  context: orNull(
    z.looseObject({
      id: text,
      from: text,
      forwarded: orNull(z.boolean()),
      frequently_forwarded: orNull(z.boolean()),
      referred_product: orNull(z.looseObject({ catalog_id: text, product_retailer_id: text })),
    }),
  ),
  referral: orNull(z.looseObject({ headline: text, body: text, source_url: text })),
};
const metaContent = z.looseObject(content);
export type MetaContent = z.output<typeof metaContent>;

export const metaMessage = metaContent.extend({
  id: text,
  timestamp: time,
  from: text,
  from_user_id: text,
  from_parent_user_id: text,
  to: text,
  to_user_id: text,
  to_parent_user_id: text,
  group_id: text,
  origin: text,
  reaction: orNull(z.looseObject({ message_id: text, emoji: text })),
  edit: orNull(z.looseObject({ original_message_id: text, message: orNull(metaContent) })),
  revoke: orNull(z.looseObject({ original_message_id: text })),
  system: orNull(
    z.looseObject({
      ...{ type: text, body: text, wa_id: text, new_wa_id: text, customer: text },
      ...{ user_id: text, parent_user_id: text, previous_user_id: text, previous_parent_user_id: text },
    }),
  ),
});
export type MetaMessage = z.output<typeof metaMessage>;

/** The payload as `schema` sees it, or a refusal that names the field and not its value. */
export function readMeta<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join('.') || 'payload';
  throw unreadable('bad_payload', `The field ${path} is missing or of an unknown form.`);
}
