import type { Alias, Identity, NumberChange } from '../../domain/identity';
import type { IncomingMessage, Translation } from '../../domain/message';
import { toNoticeText } from '../number-notice';
import { ignored, toTranslationOf, unreadable } from '../refusal';
import { parseTimestamp } from '../timestamp';
import { isUnread, noContent, readContent } from './content';
import { readMetaId } from './ids';
import { readParticipants, type Position } from './participants';
import { metaMessage, readMeta, type MetaMessage } from './payload';
import { findMetaAlias, type MetaPeople } from './people';

/** What surrounds a message. */
export interface Around extends Position {
  people: MetaPeople;
  receivedAt: Date;
}

function readCarrier(message: MetaMessage, around: Around) {
  const ownId = readMetaId(message.id);
  const participants = readParticipants(message, around.people, around);
  const sentAt = parseTimestamp(message.timestamp, around.receivedAt);
  if (!sentAt)
    throw unreadable('bad_timestamp', 'The time of the message is missing, broken or in the future.');
  return { ownId, ...participants, sentAt };
}

const readTarget = (id: string | null | undefined): string => readMetaId(id, 'missing_target');

/** Where a change has the id of what it changes, its time tells it from the next. */
const toChangeId = (ownId: string, target: string, sentAt: Date): string =>
  ownId === target ? `${ownId}:${sentAt.getTime()}` : ownId;

type Change = Pick<IncomingMessage, 'event'> & { target: string };

function toChange(message: MetaMessage, around: Around, { event, target }: Change) {
  const { ownId, ...carrier } = readCarrier(message, around);
  return { event, stanzaId: target, changeId: toChangeId(ownId, target, carrier.sentAt), ...carrier };
}

/** A reaction without an emoji takes the one before back. */
function readReaction(message: MetaMessage, around: Around): IncomingMessage {
  const { message_id: id, emoji } = message.reaction ?? {};
  const change = toChange(message, around, { event: 'reaction', target: readTarget(id) });
  return { ...change, ...noContent, text: emoji?.trim() ?? '' };
}

/** An edit without its words is told all the same: the new words are on the phone. */
function readEdit(message: MetaMessage, around: Around): IncomingMessage {
  const { original_message_id: id, message: edited } = message.edit ?? {};
  const change = toChange(message, around, { event: 'edit', target: readTarget(id) });
  const content = edited ? readContent(edited, { isEdit: true }) : noContent;
  return { ...change, ...content, kind: content.kind === 'unsupported' ? 'text' : content.kind };
}

function readRevoke(message: MetaMessage, around: Around): IncomingMessage {
  const target = readTarget(message.revoke?.original_message_id);
  return { ...toChange(message, around, { event: 'revoke', target }), ...noContent };
}

/** Notices are written with invisible marks of the direction of writing. */
const withoutMarks = (text: string | null | undefined): string | null =>
  text?.replace(/\p{Cf}/gu, '').trim() || null;

/** By the notice's fields, never by its words: these are in the language of the phone. */
function findNumberChange(message: MetaMessage, { scope }: MetaPeople): NumberChange | null {
  const { wa_id: next, new_wa_id: former, user_id: user, parent_user_id: parent } = message.system ?? {};
  const from = findMetaAlias(message.from, scope) ?? findMetaAlias(message.system?.customer, scope);
  const phone = findMetaAlias(next ?? former, scope);
  if (from?.kind !== 'phone' || phone?.kind !== 'phone' || from.key === phone.key) return null;
  const others = [user, parent].flatMap((one) => findMetaAlias(one, scope) ?? []);
  return { from, to: [phone, ...others.filter(({ kind }) => kind === 'bsuid')] };
}

const withAliases = (peer: Identity, more: readonly Alias[]): Identity => ({
  ...peer,
  aliases: [...peer.aliases, ...more.filter(({ key }) => peer.aliases.every((alias) => alias.key !== key))],
});

/**
 * WhatsApp's notices. A new number is told with the old one; a BSUID is made anew with every number, and the one before is in the notice: the
 * person is known by both from then on.
 */
function readSystem(message: MetaMessage, around: Around): IncomingMessage {
  const { system } = message;
  const { people } = around;
  const former = [system?.previous_user_id, system?.previous_parent_user_id];
  const { ownId, ...carrier } = readCarrier(message, {
    ...around,
    peer: [...(around.peer ?? []), ...former],
  });
  const base = { event: 'create', stanzaId: ownId, changeId: null, ...noContent, kind: 'system' } as const;
  const numberChange = findNumberChange(message, people);
  if (numberChange) return { ...base, ...carrier, text: toNoticeText(numberChange), numberChange };
  const text = withoutMarks(system?.body);
  const fresh = [system?.user_id, system?.parent_user_id].flatMap(
    (one) => findMetaAlias(one, people.scope) ?? [],
  );
  const { chat } = carrier;
  if (chat.kind !== 'direct' || fresh.length === 0) return { ...base, ...carrier, text };
  const peer = withAliases(chat.peer, fresh);
  return { ...base, ...carrier, chat: { kind: 'direct', peer }, sender: peer, text };
}

/** Who answers our request for their number with it is known by both from then on. */
function withOwnCard(message: MetaMessage, told: IncomingMessage, { people }: Around): IncomingMessage {
  const [card, ...others] = message.contacts ?? [];
  const [phone, ...more] = card?.phones ?? [];
  const isOwn = message.origin === 'contact_request' && others.length === 0 && more.length === 0;
  const alias = isOwn ? findMetaAlias(phone?.wa_id, people.scope) : null;
  if (alias?.kind !== 'phone' || told.chat.kind !== 'direct' || told.sender === null) return told;
  if (told.sender.aliases.some(({ kind }) => kind === 'phone')) return told;
  const peer = withAliases(told.sender, [alias]);
  return { ...told, chat: { kind: 'direct', peer }, sender: peer };
}

function readCreate(message: MetaMessage, around: Around): IncomingMessage {
  const { ownId, ...carrier } = readCarrier(message, around);
  const told = {
    event: 'create',
    stanzaId: ownId,
    changeId: null,
    ...carrier,
    ...readContent(message),
  } as const;
  return withOwnCard(message, told, around);
}

function read(message: MetaMessage, around: Around): IncomingMessage {
  if (message.type === 'reaction' || message.reaction) return readReaction(message, around);
  if (message.type === 'edit' || message.edit) return readEdit(message, around);
  if (message.type === 'revoke' || message.revoke) return readRevoke(message, around);
  if (message.type === 'system' || message.system) return readSystem(message, around);
  if (message.type === 'request_welcome') throw ignored('a chat that was opened, and nothing said');
  return readCreate(message, around);
}

const unknownContent = {
  code: 'unknown_content',
  reason: 'The message is of a kind, or in words, that this version does not understand.',
};

/** One message of a delivery. Never throws; the same message gives the same key. */
export function translateMetaMessage(raw: unknown, around: Around): Translation {
  try {
    const message = readMeta(metaMessage, raw);
    const told = read(message, around);
    const isStrange = told.event === 'create' && told.kind !== 'system' && isUnread(message, told);
    return { kind: 'message', message: told, ...(isStrange ? { unread: unknownContent } : {}) };
  } catch (error) {
    return toTranslationOf(error);
  }
}

/** The addresses of a message: by them its contacts are found. */
export function addressesOf(raw: unknown): (string | null | undefined)[] {
  const message = metaMessage.safeParse(raw).data;
  if (!message) return [];
  const { from, from_user_id: fromUser, to, to_user_id: toUser } = message;
  return [from, fromUser, to, toUser];
}
