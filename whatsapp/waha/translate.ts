import { createHash } from 'node:crypto';
import type { Alias } from '../../domain/identity';
import type { IncomingMessage, Translation } from '../../domain/message';
import type { SourceContext } from '../source-context';
import { parseTimestamp } from '../timestamp';
import { ignored, toTranslation, unreadable } from '../refusal';
import { readContent } from './content';
import { findHiddenEdit } from './hidden-edit';
import { listOwnAliases, readMessageId, readParticipants } from './participants';
import {
  readPayload,
  wahaEdit,
  wahaEnvelope,
  wahaMessage,
  wahaReaction,
  wahaRevoke,
  type WahaEdit,
  type WahaEnvelope,
  type WahaMessage,
} from './payload';

interface Surroundings {
  envelope: WahaEnvelope;
  ownAliases: Alias[];
  receivedAt: Date;
}

function readTime(message: WahaMessage, { envelope, receivedAt }: Surroundings): Date {
  const sentAt = parseTimestamp(message.timestamp ?? envelope.timestamp, receivedAt);
  if (!sentAt)
    throw unreadable('bad_timestamp', 'The time of the message is missing, broken or in the future.');
  return sentAt;
}

/** Chat, speaker and time: the same for a message and for every change of one. */
function readCarrier(message: WahaMessage, around: Surroundings) {
  const id = readMessageId(message.id);
  const participants = readParticipants(message, id, around.ownAliases);
  return { ...participants, ownId: id.stanzaId, sentAt: readTime(message, around) };
}

function readTarget(id: string | null | undefined): string {
  if (!id) throw unreadable('missing_target', 'The change does not say which message it changes.');
  return readMessageId(id).stanzaId;
}

/** whatsapp-web.js names the changed message in both places; then the change's time and text tell it from the next. */
function toChangeId(ownId: string, target: string, sentAt: Date, text: string | null): string {
  if (ownId !== target) return ownId;
  const hash = createHash('sha256')
    .update(text ?? '')
    .digest('hex')
    .slice(0, 16);
  return `${ownId}:${sentAt.getTime()}:${hash}`;
}

/** An edit. Without a text it is told all the same: the new words are on the phone. */
function toEdit(edit: WahaEdit, around: Surroundings): IncomingMessage {
  const { ownId, ...carrier } = readCarrier(edit, around);
  const stanzaId = readTarget(edit.editedMessageId);
  const content = readContent(edit, { ownAliases: around.ownAliases, isEdit: true });
  const kind = content.kind === 'unsupported' && content.text ? 'text' : content.kind;
  const changeId = toChangeId(ownId, stanzaId, carrier.sentAt, content.text);
  return { event: 'edit', stanzaId, changeId, ...carrier, ...content, kind };
}

function readMessage(payload: unknown, around: Surroundings): IncomingMessage {
  const message = readPayload(wahaMessage, payload);
  const change = findHiddenEdit(message._data);
  if (change) return toEdit({ ...message, editedMessageId: change.targetId }, around);
  const { ownId, ...carrier } = readCarrier(message, around);
  return { event: 'create', stanzaId: ownId, changeId: null, ...carrier, ...readContent(message, around) };
}

const noContent = { kind: 'text', text: null, fileName: null, quotedText: null, forwarded: false } as const;

function readReaction(payload: unknown, around: Surroundings): IncomingMessage {
  const message = readPayload(wahaReaction, payload);
  const { ownId, ...carrier } = readCarrier(message, around);
  const stanzaId = readTarget(message.reaction.messageId);
  const text = message.reaction.text ?? '';
  const changeId = toChangeId(ownId, stanzaId, carrier.sentAt, text);
  return { event: 'reaction', stanzaId, changeId, ...carrier, ...noContent, text };
}

function readRevoke(payload: unknown, around: Surroundings): IncomingMessage {
  const { revokedMessageId, after, before } = readPayload(wahaRevoke, payload);
  // Older versions give the revoke itself as `after`, newer ones may leave it out and be the revoke.
  const message = after ?? before ?? readPayload(wahaMessage, payload);
  const { ownId, ...carrier } = readCarrier(message, around);
  const stanzaId = readTarget(revokedMessageId ?? before?.id);
  return { event: 'revoke', stanzaId, changeId: ownId, ...carrier, ...noContent };
}

function readEvent(payload: unknown, context: SourceContext): IncomingMessage {
  const envelope = readPayload(wahaEnvelope, payload);
  const around = { envelope, ownAliases: listOwnAliases(envelope, context), receivedAt: context.receivedAt };
  switch (envelope.event) {
    // Incoming messages fire both; their key makes them one.
    case 'message.any':
    case 'message':
      return readMessage(envelope.payload, around);
    case 'message.reaction':
      return readReaction(envelope.payload, around);
    case 'message.edited':
      return toEdit(readPayload(wahaEdit, envelope.payload), around);
    case 'message.revoked':
      return readRevoke(envelope.payload, around);
    default:
      throw ignored(
        /^[a-z0-9._]{1,40}$/.test(envelope.event) ? `not a message: ${envelope.event}` : 'not a message',
      );
  }
}

/**
 * One WAHA webhook body as a translation: `message.any` and `message`, reactions, edits and revokes become messages, all
 * other events are ignored with their reason. Never throws; the same body gives the same keys.
 */
export const translateWaha = (
  payload: unknown,
  context: SourceContext = { receivedAt: new Date(), ownAliases: [] },
): Translation[] => [toTranslation(() => readEvent(payload, context))];
