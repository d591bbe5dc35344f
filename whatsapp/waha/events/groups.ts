import { z } from 'zod';
import type { Alias } from '../../../domain/identity';
import type { IncomingMessage } from '../../../domain/message';
import { clip } from '../../clip';
import { findAlias, isAmong, readChatAddress } from '../../people';
import { ignored, unreadable } from '../../refusal';
import { readTime } from '../../web/carrier';
import { short } from '../../web/details/cards';
import { readJid, readPath } from '../../web/engine-data';
import { toGroupMessage, toMembersEvent, type GroupEvent } from '../../web/group-notice';
import { readPayload } from '../../web/message';
import type { WahaSurroundings } from '../payload';

const groupShape = z.looseObject({
  id: z.unknown(),
  subject: z.string().nullish().catch(null),
  description: z.string().nullish().catch(null),
});

const wahaGroupEvent = z.looseObject({
  group: groupShape,
  timestamp: z.union([z.number(), z.string()]).nullish(),
  type: z.string().nullish().catch(null),
  participants: z.array(z.unknown()).max(2_048).nullish(),
  _data: z.unknown().optional(),
});
type WahaGroupEvent = z.output<typeof wahaGroupEvent>;

/** Each engine's word for the one who did it. */
const findActor = ({ _data }: WahaGroupEvent): Alias | null =>
  ['author', 'sender', 'actor'].map((name) => findAlias(readJid(readPath(_data, name)))).find(Boolean) ??
  null;

/** Who came and went. What happened to us alone is told by an event of its own. */
function readMembers(event: WahaGroupEvent, ownAliases: readonly Alias[]): GroupEvent {
  const { type, participants } = event;
  const members = (participants ?? [])
    .map((one) => findAlias(readJid(one) ?? readJid(readPath(one, 'id'))))
    .filter((alias) => alias !== null);
  const isOurs = members.length > 0 && members.every((alias) => isAmong(alias, ownAliases));
  if (isOurs && (type === 'join' || type === 'leave')) throw ignored('told by an event of its own');
  return toMembersEvent(type, members, findActor(event), ownAliases);
}

const settings = ['subject', 'description', 'picture'] as const;

/** Some engines give the whole group with every change: then nobody knows what changed. */
function readSettings(event: WahaGroupEvent, ownAliases: readonly Alias[]): GroupEvent {
  const { subject, description } = event.group;
  const changed = Object.keys(event.group).filter((name) => name !== 'id');
  const change = changed.length === 1 ? settings.find((name) => name === changed[0]) : undefined;
  if (!change) throw ignored('a setting of a group');
  const value = change === 'picture' ? null : change === 'subject' ? short(subject) : description;
  const sender = findActor(event);
  const notice = { change, people: [], ...(value ? { value: clip(value, 1_000) } : {}) };
  return { fromMe: sender !== null && isAmong(sender, ownAliases), sender, notice };
}

function readChange(name: string, event: WahaGroupEvent, ownAliases: readonly Alias[]): GroupEvent {
  if (name === 'group.v2.participants') return readMembers(event, ownAliases);
  if (name === 'group.v2.update') return readSettings(event, ownAliases);
  const change = name === 'group.v2.join' ? 'joined' : 'left';
  return { fromMe: true, sender: null, notice: { change, people: [] } };
}

export const groupEvents: readonly string[] = [
  'group.v2.participants',
  'group.v2.update',
  'group.v2.join',
  'group.v2.leave',
];

/** WhatsApp's own time is in whole seconds, and the same for all who are told. NOWEB gives its session's clock instead, in ms. */
function readWhen({ timestamp }: WahaGroupEvent, sentAt: Date): string | number {
  const isOwnClock = Number(timestamp) > 1e11 && sentAt.getMilliseconds() > 0;
  return isOwnClock ? sentAt.getTime() : String(sentAt.getTime());
}

/**
 * What happened to a group, as a message of it. These events have no ids: group, time and what happened are the name by which a redelivery, or
 * another of our numbers in the group, is recognised.
 */
export function readGroupEvent(payload: unknown, around: WahaSurroundings): IncomingMessage {
  const event = readPayload(wahaGroupEvent, payload);
  const address = readChatAddress(readJid(event.group.id) ?? '');
  if (address.kind !== 'group') throw unreadable('bad_chat_id', 'The group has no address that can be read.');
  const { groupJid } = address;
  const told = readChange(around.envelope.event, event, around.ownAliases);
  const sentAt = readTime(event.timestamp, around);
  const group = { groupJid, title: short(event.group.subject) };
  return toGroupMessage(group, told, { sentAt, when: readWhen(event, sentAt) });
}
