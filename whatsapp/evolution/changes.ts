import type { IncomingMessage } from '../../domain/message';
import { findAlias, isAmong } from '../people';
import { ignored, unreadable } from '../refusal';
import type { ParsedMessageId } from '../message-id';
import { noContent, readCarrier, readTarget, toChangeId, toName } from '../web/carrier';
import { readContent } from '../web/content';
import { readNumber, readPath, readText } from '../web/engine-data';
import { parseTimestamp } from '../timestamp';
import type { WebMessage } from '../web/message';
import type { MessageKey } from './payload';
import type { EvolutionSurroundings } from './surroundings';

const editTypes = new Set<unknown>([14, '14', 'MESSAGE_EDIT']);
const revokeTypes = new Set<unknown>([0, '0', 'REVOKE']);

const unknownOriginal = () =>
  unreadable(
    'unknown_original',
    'The change does not say who made it, and Evolution no longer knows the message that it changes.',
  );

/**
 * The key inside of a change is written by whoever made it: `fromMe` is always true there, and a person who changes what they wrote to us
 * names us as the chat. It is believed only where it can be nothing else: our own change in the chat with a number that is not ours, or with
 * a LID while we know our own.
 */
function believe(id: ParsedMessageId, { ownAliases }: EvolutionSurroundings): ParsedMessageId {
  const { chatJid, participantJid } = id;
  if (chatJid?.endsWith('@g.us')) {
    const speaker = findAlias(participantJid);
    if (!speaker) throw unknownOriginal();
    return { ...id, fromMe: isAmong(speaker, ownAliases) };
  }
  const peer = findAlias(chatJid);
  const isKnownKind = peer !== null && ownAliases.some(({ kind }) => kind === peer.kind);
  if (!peer || !isKnownKind || isAmong(peer, ownAliases)) throw unknownOriginal();
  return { ...id, fromMe: true };
}

/** Where a change was made: as the original says, which was found; else as its own key does, as far as it is believed. */
function placeOf(id: ParsedMessageId, around: EvolutionSurroundings): { id: ParsedMessageId; key: unknown } {
  const original = around.originals.get(id.stanzaId);
  if (!original) return { id: believe(id, around), key: undefined };
  const { fromMe = null, remoteJid = null, participant } = original;
  return {
    id: { ...id, fromMe, chatJid: remoteJid, participantJid: participant ?? id.participantJid },
    key: original,
  };
}

/** The change as a message of its chat, made at a time that Evolution often does not say. */
function carryChange(
  place: { id: ParsedMessageId; key: unknown },
  content: unknown,
  around: EvolutionSurroundings,
) {
  const time = readNumber(content, 'timestampMs');
  const sentAt = parseTimestamp(time, around.receivedAt) ?? around.receivedAt;
  const data = { key: place.key, message: readPath(content, 'editedMessage') };
  const message: WebMessage = { id: place.id.stanzaId, timestamp: sentAt.getTime(), _data: data };
  const { ownId: stanzaId, ...carrier } = readCarrier(message, around, place.id);
  return { message, stanzaId, carrier, when: String(time ?? '') };
}

/** The same edit comes in several ways, and none of them has an id of its own. */
function toEdit(
  place: { id: ParsedMessageId; key: unknown },
  content: unknown,
  around: EvolutionSurroundings,
) {
  const { message, stanzaId, carrier, when } = carryChange(place, content, around);
  const { ownAliases } = around;
  const read = readContent(message, { ownAliases, fileSource: null });
  const kind = read.kind === 'unsupported' && read.text ? 'text' : read.kind;
  const changeId = `edit-${toName(stanzaId, when, read.text ?? '')}`;
  return { event: 'edit' as const, stanzaId, changeId, ...carrier, ...read, kind };
}

/** A message is taken back once, however often that is told. */
export function toRevoke(id: ParsedMessageId, key: unknown, around: EvolutionSurroundings): IncomingMessage {
  const { stanzaId, carrier } = carryChange({ id, key }, null, around);
  return { event: 'revoke', stanzaId, changeId: `revoke-${stanzaId}`, ...carrier, ...noContent };
}

const placeIn = (stanzaId: string, outer: MessageKey): { id: ParsedMessageId; key: MessageKey } => ({
  id: {
    stanzaId,
    fromMe: outer.fromMe ?? null,
    chatJid: outer.remoteJid ?? outer.remoteJidAlt ?? null,
    participantJid: outer.participant ?? null,
  },
  key: outer,
});

/** An edit that WhatsApp encrypts for the phone: it is told all the same, for the new words are there. */
export function toWordlessEdit(
  targetId: string | null,
  outer: MessageKey,
  around: EvolutionSurroundings,
): IncomingMessage {
  const edit = toEdit(placeIn(readTarget(targetId), outer), null, around);
  return { ...edit, changeId: `edit-${toName(edit.stanzaId, outer.id)}` };
}

/** WhatsApp's message about a message: an edit, or that it was taken back. `outer` is who said so, where that is known. */
export function readProtocolMessage(
  content: unknown,
  outer: MessageKey | null,
  around: EvolutionSurroundings,
): IncomingMessage {
  const type = readPath(content, 'type');
  if (!editTypes.has(type) && !revokeTypes.has(type)) throw ignored('a setting of WhatsApp, not a message');
  const inner = readPath(content, 'key');
  const id: ParsedMessageId = {
    stanzaId: readTarget(readText(inner, 'id')),
    fromMe: null,
    chatJid: readText(inner, 'remoteJid'),
    participantJid: readText(inner, 'participant'),
  };
  const place = outer ? placeIn(id.stanzaId, outer) : placeOf(id, around);
  return revokeTypes.has(type) ? toRevoke(place.id, place.key, around) : toEdit(place, content, around);
}

/** That a message was taken back: by its key, or by its id alone. */
export function readDeletion(data: unknown, around: EvolutionSurroundings): IncomingMessage {
  const key = readPath(data, 'key') ?? data;
  const id: ParsedMessageId = {
    stanzaId: readTarget(readText(data, 'keyId') ?? readText(key, 'id')),
    fromMe: readPath(key, 'fromMe') === true ? true : readPath(key, 'fromMe') === false ? false : null,
    chatJid: readText(key, 'remoteJid'),
    participantJid: readText(key, 'participant'),
  };
  const isWhole = id.chatJid !== null && id.fromMe !== null;
  const isSpoken = !id.chatJid?.endsWith('@g.us') || id.fromMe === true || id.participantJid !== null;
  if (isWhole && isSpoken) return toRevoke(id, key, around);
  const original = around.originals.get(id.stanzaId);
  if (!original) throw unknownOriginal();
  const place = placeOf(id, around);
  return toRevoke(place.id, place.key, around);
}

/** A reaction, which comes as a message. */
export function readReaction(
  message: WebMessage,
  id: ParsedMessageId,
  content: unknown,
  around: EvolutionSurroundings,
): IncomingMessage {
  const { ownId, ...carrier } = readCarrier(message, around, id);
  const stanzaId = readTarget(readText(content, 'key', 'id'));
  const text = readText(content, 'text') ?? '';
  const changeId = toChangeId(ownId, stanzaId, carrier.sentAt, text);
  return { event: 'reaction', stanzaId, changeId, ...carrier, ...noContent, text };
}
