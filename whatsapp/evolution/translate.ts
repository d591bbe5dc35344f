import type { GroupRoster } from '../../domain/groups/roster';
import type { IncomingMessage, Translation } from '../../domain/message';
import { findAlias, withPhoneForms } from '../people';
import { ignored, toTranslations } from '../refusal';
import type { SourceContext } from '../source-context';
import { readCarrier } from '../web/carrier';
import { readContent } from '../web/content';
import { findOuterContent, readText } from '../web/engine-data';
import { findHiddenEdit } from '../web/hidden-edit';
import { readPayload } from '../web/message';
import { readCall } from './calls';
import { readDeletion, readProtocolMessage, readReaction, toWordlessEdit } from './changes';
import { readGroupUpdate, readMembers, toRoster } from './groups';
import { evolutionEnvelope, evolutionMessage, listDeliveries, toEngineData, toEventName } from './payload';
import type { EvolutionMessage, MessageKey } from './payload';
import type { EvolutionSurroundings } from './surroundings';
import { toFileSource, toWebMessage } from './web-form';

/** What a translation needs besides the payload. */
export interface EvolutionContext extends SourceContext {
  /** The keys, by id, of messages that Evolution was asked for: see `listDoubtful`. */
  originals?: ReadonlyMap<string, MessageKey>;
}

/** Taken back, edited in the open, or reacted to: a change that comes as a message. */
function readChange(given: EvolutionMessage, around: EvolutionSurroundings): IncomingMessage | null {
  const { key, content } = findOuterContent(toEngineData(given)) ?? {};
  if (key === 'protocolMessage') return readProtocolMessage(content, given.key, around);
  if (key !== 'reactionMessage') return null;
  const { message, id } = toWebMessage(given);
  return readReaction(message, id, content, around);
}

function readMessage(data: unknown, around: EvolutionSurroundings): IncomingMessage {
  const given = readPayload(evolutionMessage, data);
  const change = readChange(given, around);
  if (change) return change;
  const hidden = findHiddenEdit(toEngineData(given));
  if (hidden) return toWordlessEdit(hidden.targetId, given.key, around);
  const { message, id } = toWebMessage(given);
  const { ownId: stanzaId, ...carrier } = readCarrier(message, around, id);
  const content = readContent(message, { ...around, fileSource: toFileSource(given, id) });
  return { event: 'create', stanzaId, changeId: null, ...carrier, ...content };
}

/** Receipts are the most of all events and change nothing that was said. */
function readUpdate(data: unknown, around: EvolutionSurroundings): IncomingMessage {
  if (readText(data, 'status') === 'DELETED') return readDeletion(data, around);
  throw ignored('a receipt');
}

type Reader = (data: unknown, around: EvolutionSurroundings) => IncomingMessage | IncomingMessage[];

const readEdited: Reader = (data, around) => readProtocolMessage(data, null, around);

const readers = new Map<string, Reader>([
  ['messages.upsert', readMessage],
  ['messages.set', readMessage],
  ['send.message', readMessage],
  ['messages.edited', readEdited],
  ['send.message.update', readEdited],
  ['messages.delete', readDeletion],
  ['messages.update', readUpdate],
  ['group.participants.update', readMembers],
  ['groups.update', readGroupUpdate],
  ['group.update', readGroupUpdate],
  ['call', readCall],
]);

function readEvent(payload: unknown, context: EvolutionContext): IncomingMessage[] {
  const envelope = readPayload(evolutionEnvelope, payload);
  const event = toEventName(envelope.event);
  const read = readers.get(event);
  if (!read) throw ignored(/^[a-z.]{1,40}$/.test(event) ? `not a message: ${event}` : 'not a message');
  const { receivedAt, originals = new Map<string, MessageKey>() } = context;
  const own = findAlias(envelope.sender);
  const ownAliases = withPhoneForms([...context.ownAliases, ...(own ? [own] : [])]);
  return [read(envelope.data, { envelope, saidAt: undefined, ownAliases, receivedAt, originals })].flat();
}

/** A message that only says that it could not be read. */
const unknownContent = {
  code: 'unknown_content',
  reason: 'The message is of a kind, or in words, that this version does not understand.',
};

const isUnread = ({ event, kind, details }: IncomingMessage): boolean =>
  event === 'create' && kind === 'unsupported' && !details?.viewOnce;

/** One message of a delivery: as it may be kept, and what it means. */
export interface EvolutionItem {
  raw: unknown;
  translation: Translation;
}

/**
 * One body of Evolution's webhook: messages, reactions, edits, what was taken back, calls and what happens to groups become messages; all else is
 * ignored with its reason. Never throws; the same body gives the same keys.
 */
export const translateEvolution = (payload: unknown, context: EvolutionContext): EvolutionItem[] =>
  listDeliveries(payload).flatMap((raw) =>
    toTranslations(() => readEvent(raw, context)).map((translation) => ({
      raw,
      translation:
        translation.kind === 'message' && isUnread(translation.message)
          ? { ...translation, unread: unknownContent }
          : translation,
    })),
  );

/** Groups whose participants the body lists, all of them. */
export function listRosters(payload: unknown, { ownAliases }: SourceContext): GroupRoster[] {
  const { data } = evolutionEnvelope.safeParse(payload);
  if (!data || toEventName(data.event) !== 'groups.upsert') return [];
  const groups: unknown[] = Array.isArray(data.data) ? data.data : [data.data];
  return groups.flatMap((group) => toRoster(group, ownAliases) ?? []);
}
