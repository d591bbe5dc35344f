import { z } from 'zod';
import { readPath } from '../web/engine-data';

const text = z.string().nullish().catch(null);

/** What Evolution puts around every event. `date_time` is local time that calls itself UTC: it only tells deliveries apart. */
export const evolutionEnvelope = z.looseObject({
  event: z.string(),
  instance: text,
  /** Our own address, whoever wrote. */
  sender: text,
  date_time: text,
  data: z.unknown().optional(),
});
export type EvolutionEnvelope = z.output<typeof evolutionEnvelope>;

/** Which message: WhatsApp's own key, with the other form of the sender's address where Baileys knows it. */
export const messageKey = z.looseObject({
  id: z.string(),
  remoteJid: text,
  fromMe: z.boolean().nullish().catch(null),
  participant: text,
  remoteJidAlt: text,
  participantAlt: text,
});
export type MessageKey = z.output<typeof messageKey>;

export const evolutionMessage = z.looseObject({
  key: messageKey,
  participant: text,
  messageType: text,
  message: z.unknown().optional(),
  contextInfo: z.unknown().optional(),
});
export type EvolutionMessage = z.output<typeof evolutionMessage>;

/** `MESSAGES_UPSERT`, `messages-upsert` and `messages.upsert` are one event. */
export const toEventName = (event: string): string => event.toLowerCase().replace(/[_-]/g, '.').slice(0, 64);

/** The event's name; empty for what is no event. */
export const nameOf = (payload: unknown): string => {
  const event = readPath(payload, 'event');
  return typeof event === 'string' ? toEventName(event) : '';
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Put beside the content, and none: the whole file as text, where it lies, and what a machine heard in it. */
const extras = ['base64', 'mediaUrl', 'speechToText'];

const without = (value: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

function withoutFile(item: unknown): unknown {
  if (!isObject(item) || !isObject(item['message'])) return item;
  return { ...item, message: without(item['message'], ['base64']) };
}

/** Several messages may be in one event: the history's are, and those of some versions. */
function listItems(event: string, data: unknown): unknown[] {
  if (!/^(?:messages|send|call)\b/.test(event)) return [data];
  if (Array.isArray(data)) return data as unknown[];
  const messages = readPath(data, 'messages');
  return Array.isArray(messages) ? (messages as unknown[]) : [data];
}

/** A delivery as one for each of its messages, as it may be kept: without the instance's token and without files. */
export function listDeliveries(payload: unknown): unknown[] {
  if (!isObject(payload)) return [payload];
  const { data, ...rest } = without(payload, ['apikey', 'server_url', 'destination']);
  return listItems(nameOf(payload), data).map((item) => ({ ...rest, data: withoutFile(item) }));
}

/** The message as Baileys gave it: Evolution folds a text with its context into a bare text, and adds fields of its own. */
export function toEngineData(given: EvolutionMessage): unknown {
  const { message, contextInfo } = given;
  if (!isObject(message)) return given;
  const content = without(message, extras);
  const { conversation } = content;
  if (typeof conversation !== 'string' || !isObject(contextInfo)) return { ...given, message: content };
  const folded = { extendedTextMessage: { text: conversation, contextInfo } };
  return { ...given, message: { ...without(content, ['conversation']), ...folded } };
}
