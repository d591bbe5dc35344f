import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { saidFields } from '../source-server/said';
import type { EvolutionState } from './evolution-state';
import type { Instance, MessageRecord } from './instance';
import { sendEvent } from './webhooks';

/** A message that somebody writes, under Baileys' addresses. */
const messageSchema = z.strictObject({
  ...saidFields,
  /** `<digits>@s.whatsapp.net`, `@lid` or `@g.us` */
  chatId: z.string(),
  id: z.string().optional(),
  media: z.strictObject({ mimetype: z.string(), base64: z.string() }).optional(),
  /** Fields of the key that are given as they are. */
  key: z.record(z.string(), z.unknown()).default({}),
});
export type Said = z.input<typeof messageSchema>;

const kindOf = (mimetype: string): string =>
  `${mimetype.split('/')[0] === 'image' ? 'image' : 'document'}Message`;

/** WhatsApp's own message: a text, or a picture or document with the text as its caption. */
function toContent({ text, media }: z.output<typeof messageSchema>): {
  messageType: string;
  message: object;
} {
  if (!media) return { messageType: 'conversation', message: { conversation: text ?? '' } };
  const messageType = kindOf(media.mimetype);
  const { mimetype, base64 } = media;
  const fileLength = { low: Buffer.from(base64, 'base64').length, high: 0, unsigned: true };
  return { messageType, message: { [messageType]: { caption: text, mimetype, fileLength } } };
}

function toRecord(given: z.output<typeof messageSchema>): MessageRecord {
  const { chatId, fromMe, participant, name, timestamp } = given;
  return {
    key: {
      ...{ id: given.id ?? `3EB0${randomBytes(9).toString('hex').toUpperCase()}`, remoteJid: chatId, fromMe },
      ...(participant === undefined ? {} : { participant }),
      ...given.key,
    },
    pushName: fromMe ? 'Você' : (name ?? chatId.split('@')[0]),
    status: 'DELIVERY_ACK',
    ...toContent(given),
    messageTimestamp: timestamp ?? Math.floor(Date.now() / 1_000),
    instanceId: 'a-database-id',
    source: 'android',
    ...given.fields,
  };
}

/** Somebody writes: the history has it, and a webhook tells it. */
export function say(evolution: EvolutionState, instance: Instance, given: Said): MessageRecord {
  const said = messageSchema.parse(given);
  const record = toRecord(said);
  instance.records.push(record);
  if (said.media) instance.files[record.key.id] = said.media;
  evolution.save();
  if (said.hooks === 'sent') sendEvent(evolution, instance, 'messages.upsert', record);
  return record;
}
