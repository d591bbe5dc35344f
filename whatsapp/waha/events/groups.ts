import { z } from 'zod';
import type { GroupChange, GroupNotice } from '../../../domain/content/details';
import type { Alias, Identity } from '../../../domain/identity';
import type { IncomingMessage } from '../../../domain/message';
import { clip } from '../../clip';
import { findAlias, isAmong, readChatAddress } from '../../people';
import { ignored, unreadable } from '../../refusal';
import { noContent, readTime, toName, type Surroundings } from '../carrier';
import { short } from '../details/cards';
import { toNamed } from '../details/context';
import { readJid, readPath } from '../engine-data';
import { readPayload } from '../payload';

const group = z.looseObject({
  id: z.unknown(),
  subject: z.string().nullish().catch(null),
  description: z.string().nullish().catch(null),
});

const wahaGroupEvent = z.looseObject({
  group,
  timestamp: z.union([z.number(), z.string()]).nullish(),
  type: z.string().nullish().catch(null),
  participants: z.array(z.unknown()).max(2_048).nullish(),
  _data: z.unknown().optional(),
});
type WahaGroupEvent = z.output<typeof wahaGroupEvent>;

interface Told {
  fromMe: boolean;
  sender: Alias | null;
  notice: GroupNotice;
}

/** Each engine's word for the one who did it. */
const findActor = ({ _data }: WahaGroupEvent): Alias | null =>
  ['author', 'sender', 'actor'].map((name) => findAlias(readJid(readPath(_data, name)))).find(Boolean) ??
  null;

const words: Record<string, { alone: GroupChange; byAnother: GroupChange }> = {
  join: { alone: 'joined', byAnother: 'added' },
  leave: { alone: 'left', byAnother: 'removed' },
  promote: { alone: 'promoted', byAnother: 'promoted' },
  demote: { alone: 'demoted', byAnother: 'demoted' },
};

/** Who came and went, by their own will or by another's. */
function readMembers(event: WahaGroupEvent, ownAliases: readonly Alias[]): Told {
  const { type } = event;
  const word = type && Object.hasOwn(words, type) ? words[type] : undefined;
  if (!word) throw ignored('a setting of a group');
  const members = (event.participants ?? [])
    .map((one) => findAlias(readJid(one) ?? readJid(readPath(one, 'id'))))
    .filter((alias) => alias !== null);
  const [first] = members;
  if (!first) throw unreadable('missing_participants', 'The group’s notice does not say whom it is about.');
  const isOurs = (alias: Alias): boolean => isAmong(alias, ownAliases);
  if (members.every(isOurs) && (type === 'join' || type === 'leave'))
    throw ignored('told by an event of its own');
  const actor = findActor(event);
  const sender = actor ?? first;
  const isSender = (alias: Alias): boolean => alias.key === sender.key || (isOurs(alias) && isOurs(sender));
  const change = members.some(isSender) ? word.alone : word.byAnother;
  const people = members.filter((alias) => !isSender(alias)).map((alias) => toNamed(alias, ownAliases));
  return { fromMe: isOurs(sender), sender, notice: { change, people } };
}

const settings = ['subject', 'description', 'picture'] as const;

/** Some engines give the whole group with every change: then nobody knows what changed. */
function readSettings(event: WahaGroupEvent, ownAliases: readonly Alias[]): Told {
  const { subject, description } = event.group;
  const changed = Object.keys(event.group).filter((name) => name !== 'id');
  const change = changed.length === 1 ? settings.find((name) => name === changed[0]) : undefined;
  if (!change) throw ignored('a setting of a group');
  const value = change === 'picture' ? null : change === 'subject' ? short(subject) : description;
  const sender = findActor(event);
  const notice = { change, people: [], ...(value ? { value: clip(value, 1_000) } : {}) };
  return { fromMe: sender !== null && isAmong(sender, ownAliases), sender, notice };
}

function readChange(name: string, event: WahaGroupEvent, ownAliases: readonly Alias[]): Told {
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

/**
 * What happened to a group, as a message of it. These events have no ids: group, time and what happened are the name by which a redelivery, or
 * another of our numbers in the group, is recognised.
 */
export function readGroupEvent(payload: unknown, around: Surroundings): IncomingMessage {
  const event = readPayload(wahaGroupEvent, payload);
  const address = readChatAddress(readJid(event.group.id) ?? '');
  if (address.kind !== 'group') throw unreadable('bad_chat_id', 'The group has no address that can be read.');
  const { groupJid } = address;
  const { fromMe, sender, notice } = readChange(around.envelope.event, event, around.ownAliases);
  const sentAt = readTime(event.timestamp, around);
  const people = notice.people.map(({ key }) => key).sort();
  const parts = [notice.change, String(sentAt.getTime()), notice.value ?? '', sender?.key ?? '', ...people];
  const speaker: Identity | null = fromMe || !sender ? null : { aliases: [sender], name: null };
  return {
    event: 'create',
    stanzaId: `notice-${toName(groupJid, ...parts)}`,
    changeId: null,
    chat: { kind: 'group', groupJid, title: short(event.group.subject) },
    fromMe,
    sender: speaker,
    sentAt,
    ...noContent,
    kind: 'system',
    details: { group: notice },
  };
}
