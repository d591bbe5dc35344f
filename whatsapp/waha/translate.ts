import type { IncomingMessage, Translation } from '../../domain/message';
import type { ParsedMessageId } from '../message-id';
import { toNoticeText } from '../number-notice';
import { ignored, toTranslations } from '../refusal';
import type { SourceContext } from '../source-context';
import { noContent, readCarrier, readTarget, toChangeId, type Surroundings } from '../web/carrier';
import { readContent } from '../web/content';
import { toFileSource } from './file-source';
import { listBroadcastIds } from './events/broadcasts';
import { readCallEvent } from './events/calls';
import { groupEvents, readGroupEvent } from './events/groups';
import { findNumberChange } from '../web/number-change';
import { readResponse, readVote } from './events/votes';
import { findHiddenEdit } from '../web/hidden-edit';
import { listOwnAliases } from './own-names';
import { readPayload, webMessage, type WebMessage } from '../web/message';
import {
  wahaEdit,
  wahaEnvelope,
  wahaReaction,
  wahaRevoke,
  type WahaEdit,
  type WahaSurroundings,
} from './payload';

/** An edit. Without a text it is told all the same: the new words are on the phone. */
function toEdit(edit: WahaEdit, around: Surroundings): IncomingMessage {
  const { ownId, ...carrier } = readCarrier(edit, around);
  const stanzaId = readTarget(edit.editedMessageId);
  const content = readContent(edit, { ownAliases: around.ownAliases, fileSource: null });
  const kind = content.kind === 'unsupported' && content.text ? 'text' : content.kind;
  const changeId = toChangeId(ownId, stanzaId, carrier.sentAt, content.text);
  return { event: 'edit', stanzaId, changeId, ...carrier, ...content, kind };
}

function toMessage(message: WebMessage, around: Surroundings, id?: ParsedMessageId): IncomingMessage {
  const { ownId, ...carrier } = readCarrier(message, around, id);
  const base = { event: 'create', stanzaId: ownId, changeId: null, ...carrier } as const;
  const numberChange = findNumberChange(message._data);
  if (numberChange)
    return { ...base, ...noContent, kind: 'system', text: toNoticeText(numberChange), numberChange };
  return { ...base, ...readContent(message, { ...around, fileSource: toFileSource(message) }) };
}

function readMessages(payload: unknown, around: Surroundings): IncomingMessage[] {
  const message = readPayload(webMessage, payload);
  const change = findHiddenEdit(message._data);
  if (change) return [toEdit({ ...message, editedMessageId: change.targetId }, around)];
  const ids = listBroadcastIds(message);
  if (!ids) return [toMessage(message, around)];
  return ids.map((id) => {
    const told = toMessage(message, around, id);
    return { ...told, details: { ...told.details, broadcast: true } };
  });
}

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
  const message = after ?? before ?? readPayload(webMessage, payload);
  const { ownId, ...carrier } = readCarrier(message, around);
  const stanzaId = readTarget(revokedMessageId ?? before?.id);
  return { event: 'revoke', stanzaId, changeId: ownId, ...carrier, ...noContent };
}

type Reader = (payload: unknown, around: WahaSurroundings) => IncomingMessage | IncomingMessage[];

const readers = new Map<string, Reader>([
  // Incoming messages fire both; their key makes them one.
  ['message.any', readMessages],
  ['message', readMessages],
  ['message.reaction', readReaction],
  ['message.edited', (payload, around) => toEdit(readPayload(wahaEdit, payload), around)],
  ['message.revoked', readRevoke],
  ['poll.vote', (payload, around) => readVote(payload, around, false)],
  ['poll.vote.failed', (payload, around) => readVote(payload, around, true)],
  ['event.response', readResponse],
  ['event.response.failed', readResponse],
  ['call.received', readCallEvent],
  ...groupEvents.map((event): [string, Reader] => [event, readGroupEvent]),
]);

function readEvent(payload: unknown, context: SourceContext): IncomingMessage[] {
  const envelope = readPayload(wahaEnvelope, payload);
  const { event } = envelope;
  const read = readers.get(event);
  if (!read) throw ignored(/^[a-z0-9._]{1,40}$/.test(event) ? `not a message: ${event}` : 'not a message');
  const ownAliases = listOwnAliases(envelope, context);
  const { receivedAt } = context;
  const around = { envelope, saidAt: envelope.timestamp, ownAliases, receivedAt };
  return [read(envelope.payload, around)].flat();
}

/** A message that only says that it could not be read. */
const unknownContent = {
  code: 'unknown_content',
  reason: 'The message is of a kind, or in words, that this version does not understand.',
};

const isUnread = ({ event, kind, details }: IncomingMessage): boolean =>
  event === 'create' && kind === 'unsupported' && !details?.viewOnce;

/**
 * One WAHA webhook body as translations: messages, reactions, edits, revokes, votes, calls and what happens to groups become messages, one for
 * each chat; all other events are ignored with their reason. Never throws; the same body gives the same keys.
 */
export const translateWaha = (
  payload: unknown,
  context: SourceContext = { receivedAt: new Date(), ownAliases: [] },
): Translation[] =>
  toTranslations(() => readEvent(payload, context)).map((translation) =>
    translation.kind === 'message' && isUnread(translation.message)
      ? { ...translation, unread: unknownContent }
      : translation,
  );
