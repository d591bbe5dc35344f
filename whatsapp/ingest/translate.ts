import type { z } from 'zod';
import type { NumberChange } from '../../domain/identity';
import type { IncomingMessage, MessageEvent, Translation } from '../../domain/message';
import { parseMessageId } from '../message-id';
import { toNoticeText } from '../number-notice';
import { findAlias } from '../people';
import { toTranslations, unreadable, type Refusal } from '../refusal';
import { parseTimestamp } from '../timestamp';
import type { IngestEnvelope } from './envelope';
import { findBsuidAlias, findLidAlias, findPhoneAlias, isGiven } from './aliases';
import { eventOf, readContent, type Content } from './content';
import { readParticipants } from './participants';
import { maxTextLength } from './content-schema';
import { ingestMessage, type IngestMessage } from './schema';

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A field's name is the client's own word: one that could be a number or a sentence is not repeated. */
const toShownPath = (path: readonly string[]): string => {
  const shown = path.join('.');
  return /^[A-Za-z_][\w.-]{0,99}$/.test(shown) && !/\d{5}/.test(shown) ? shown : 'with a strange name';
};

/** The schema's complaint as a stable code: `text_too_long`, `bad_<field>`. */
function toRefusal(issue: z.core.$ZodIssue | undefined): Refusal {
  const path = issue?.path.map(String) ?? [];
  const [field = 'message'] = path;
  if (issue?.code === 'too_big' && (field === 'text' || field === 'caption')) {
    return unreadable('text_too_long', `The text has more than ${maxTextLength} characters.`);
  }
  return unreadable(
    `bad_${toSnakeCase(field)}`,
    `The field ${toShownPath(path.length > 0 ? path : ['message'])} is missing or wrong.`,
  );
}

function readMessage(raw: unknown): IngestMessage {
  const result = ingestMessage.safeParse(raw);
  if (result.success) return result.data;
  throw toRefusal(result.error.issues[0]);
}

function readId(id: string, code: string) {
  const parsed = parseMessageId(id);
  if (!parsed) throw unreadable(code, 'The id is neither a stanza id nor a full message id.');
  return parsed;
}

/** A change is known by its own id and tells the id of what it changes. */
function readKey(message: IngestMessage, event: MessageEvent, ownId: string) {
  if (event === 'create') return { stanzaId: ownId, changeId: null };
  if (!message.targetId) {
    throw unreadable('missing_target', 'A change needs targetId: the id of the message it changes.');
  }
  return { stanzaId: readId(message.targetId, 'bad_target_id').stanzaId, changeId: ownId };
}

/** WhatsApp's notice of a changed number. It stands in the chat of the old number, unless it names that one itself. */
function readNumberChange(
  { system, chatId }: IngestMessage,
  { bsuidScope }: IngestEnvelope,
): NumberChange | null {
  if (!system) return null;
  const from =
    findPhoneAlias(system.previousPhone ?? chatId) ?? (system.previousPhone ? null : findAlias(chatId));
  const phone = findPhoneAlias(system.phone);
  const others = [findLidAlias(system.lid), findBsuidAlias(system.bsuid, bsuidScope)];
  const areRead = (!system.lid || others[0]) && (!system.bsuid || others[1]);
  if (from?.kind !== 'phone' || !phone || !areRead) {
    throw unreadable('bad_system', 'A changed number needs the old and the new number as E.164.');
  }
  return { from, to: [phone, ...others.filter(isGiven)] };
}

/** The fields that a notice adds to its message. A change of a notice (an edit, a revoke) changes no number. */
function readNotice(message: IngestMessage, event: MessageEvent, content: Content, envelope: IngestEnvelope) {
  const numberChange = event === 'create' ? readNumberChange(message, envelope) : null;
  return numberChange ? { numberChange, text: content.text ?? toNoticeText(numberChange) } : {};
}

function translate(raw: unknown, envelope: IngestEnvelope): IncomingMessage {
  const message = readMessage(raw);
  const id = readId(message.id, 'bad_id');
  const event = eventOf(message);
  const key = readKey(message, event, id.stanzaId);
  const participants = readParticipants(message, id, envelope);
  const sentAt = parseTimestamp(message.timestamp, envelope.receivedAt);
  if (!sentAt) {
    throw unreadable(
      'bad_timestamp',
      'The timestamp is neither seconds nor milliseconds, or lies in the future.',
    );
  }
  const content = readContent(message, event, envelope);
  const notice = readNotice(message, event, content, envelope);
  return { event, ...key, ...participants, sentAt, ...content, ...notice };
}

/**
 * One item of a request as a message, as ignored, or as unreadable with the code that the client gets. Never throws; the
 * same item gives the same key.
 */
export function translateIngestMessage(raw: unknown, envelope: IngestEnvelope): Translation {
  const [translation] = toTranslations(() => [translate(raw, envelope)]);
  return translation ?? { kind: 'ignored', reason: 'nothing' };
}
