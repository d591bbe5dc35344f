import { createHash } from 'node:crypto';
import type { Alias } from '../../domain/identity';
import type { ParsedMessageId } from '../message-id';
import { unreadable } from '../refusal';
import { parseTimestamp } from '../timestamp';
import { readMessageId, readParticipants } from './participants';
import type { WebMessage } from './message';

/** What surrounds a payload. */
export interface Surroundings {
  /** When the source made the delivery: it counts where a message has no time of its own. */
  saidAt: unknown;
  ownAliases: Alias[];
  receivedAt: Date;
}

export function readTime(timestamp: unknown, { saidAt, receivedAt }: Surroundings): Date {
  const sentAt = parseTimestamp(timestamp ?? saidAt, receivedAt);
  if (!sentAt)
    throw unreadable('bad_timestamp', 'The time of the message is missing, broken or in the future.');
  return sentAt;
}

/** Chat, speaker and time: the same for a message and for every change of one. `id` where it is not the message's own. */
export function readCarrier(
  message: WebMessage,
  around: Surroundings,
  id: ParsedMessageId = readMessageId(message.id),
) {
  const participants = readParticipants(message, id, around.ownAliases);
  return { ...participants, ownId: id.stanzaId, sentAt: readTime(message.timestamp, around) };
}

export function readTarget(id: string | null | undefined): string {
  if (!id) throw unreadable('missing_target', 'The change does not say which message it changes.');
  return readMessageId(id).stanzaId;
}

/** A short name of what has none of its own: the same parts give the same name. */
export const toName = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** whatsapp-web.js names the changed message in both places; then the change's time and text tell it from the next. */
export function toChangeId(ownId: string, target: string, sentAt: Date, text: string | null): string {
  if (ownId !== target) return ownId;
  const hash = createHash('sha256')
    .update(text ?? '')
    .digest('hex')
    .slice(0, 16);
  return `${ownId}:${sentAt.getTime()}:${hash}`;
}

export const noContent = {
  kind: 'text',
  text: null,
  fileName: null,
  quotedText: null,
  forwarded: false,
} as const;
