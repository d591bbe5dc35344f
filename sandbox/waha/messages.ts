import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { saidFields } from '../source-server/said';
import { keepMessage, type MessagePayload, type Session } from './session';
import type { WahaState } from './waha-state';
import { sendEvent } from './webhooks';

/** A message that somebody writes, under WAHA's addresses. */
export const saidSchema = z.strictObject({
  ...saidFields,
  /** `<digits>@c.us`, `@lid` or `@g.us` */
  chatId: z.string(),
  stanzaId: z.string().optional(),
  media: z
    .strictObject({ mimetype: z.string(), filename: z.string().nullable().default(null), base64: z.string() })
    .optional(),
});
export type Said = z.input<typeof saidSchema>;

export const newStanzaId = (): string => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;

const extensions: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'audio/ogg; codecs=opus': 'oga',
  'application/pdf': 'pdf',
};

function keepMedia(waha: WahaState, session: Session, said: z.output<typeof saidSchema>, stanzaId: string) {
  if (!said.media) return { hasMedia: false, media: null };
  const { mimetype, filename, base64 } = said.media;
  const file = `${stanzaId}.${extensions[mimetype] ?? 'bin'}`;
  session.files[file] = { mimetype, base64 };
  const url = `${waha.options.baseUrl}/api/files/${session.name}/${file}`;
  return { hasMedia: true, media: { url, mimetype, filename, error: null } };
}

/** The engine's own part: the writer's name stands there. */
const toEngineData = (name: string | undefined) => ({
  notifyName: name ?? null,
  pushName: name ?? null,
  Info: { PushName: name ?? '' },
});

function toPayload(waha: WahaState, session: Session, said: z.output<typeof saidSchema>): MessagePayload {
  const { chatId, fromMe, participant, text, name, fields } = said;
  const stanzaId = said.stanzaId ?? newStanzaId();
  const own = session.me?.id ?? null;
  const author = fromMe && participant === undefined && chatId.endsWith('@g.us') ? own : participant;
  return {
    id: [fromMe, chatId, stanzaId, ...(author ? [author] : [])].join('_'),
    timestamp: said.timestamp ?? Math.floor(Date.now() / 1000),
    from: fromMe ? own : chatId,
    to: fromMe ? chatId : own,
    fromMe,
    source: 'app',
    participant: author ?? null,
    body: text,
    ...keepMedia(waha, session, said, stanzaId),
    ack: 1,
    ackName: 'SERVER',
    replyTo: null,
    _data: toEngineData(name),
    ...fields,
  };
}

/** Somebody writes: the history has it, and webhooks tell it. A message of theirs fires both events. */
export function say(waha: WahaState, session: Session, given: Said): MessagePayload {
  const said = saidSchema.parse(given);
  const payload = toPayload(waha, session, said);
  keepMessage(session, said.chatId, payload);
  waha.save();
  if (said.hooks === 'lost') return payload;
  if (!said.fromMe) sendEvent(waha, session, 'message', payload);
  sendEvent(waha, session, 'message.any', payload);
  return payload;
}

/** Puts many messages into the history at once, as a phone has them that was connected late. No webhook. */
export function fillHistory(waha: WahaState, session: Session, given: readonly Said[]): void {
  for (const one of given) {
    const said = saidSchema.parse(one);
    keepMessage(session, said.chatId, toPayload(waha, session, said));
  }
  waha.save();
}
