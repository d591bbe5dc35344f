import type { GroupRoster } from '../../domain/groups/roster';
import type { Alias, Identity } from '../../domain/identity';
import { parseJid } from '../../domain/jid';
import type { IncomingMessage } from '../../domain/message';
import { clip } from '../clip';
import { collectAliases, findAlias, isAmong, readChatAddress } from '../people';
import { ignored, unreadable } from '../refusal';
import { short } from '../web/details/cards';
import { readList, readText } from '../web/engine-data';
import { toGroupMessage, toMembersEvent, type GroupEvent } from '../web/group-notice';
import type { EvolutionSurroundings } from './surroundings';

const maxParticipants = 2_048;

/** All names of a participant: an address each. Evolution puts a LID's bare digits into `phoneNumber`; without a server they name nobody. */
function listNames(one: unknown): Alias[] {
  if (typeof one === 'string') return [findAlias(one)].filter((alias) => alias !== null);
  const jids = ['phoneNumber', 'id', 'jid', 'lid'].map((name) => readText(one, name));
  return collectAliases(jids.map(findAlias), []);
}

function readGroup(data: unknown): { groupJid: string; title: string | null } {
  const address = readChatAddress(readText(data, 'id') ?? '');
  if (address.kind !== 'group') throw unreadable('bad_chat_id', 'The group has no address that can be read.');
  return { groupJid: address.groupJid, title: short(readText(data, 'subject')) };
}

/** Each instance tells by its own clock, in local time that calls itself UTC: good for a span, not for the hour. */
function readWhen({ date_time: said }: EvolutionSurroundings['envelope']): string | number {
  const at = Date.parse(said ?? '');
  return Number.isNaN(at) ? (said ?? '') : at;
}

const types: Record<string, string> = { add: 'join', remove: 'leave' };

/** Who came and went. The number of a LID is preferred, where it is said: then everybody knows who it is. */
export function readMembers(data: unknown, around: EvolutionSurroundings): IncomingMessage {
  const { ownAliases, receivedAt, envelope } = around;
  const group = readGroup(data);
  const action = readText(data, 'action') ?? '';
  const known = readList(data, 'participantsData').map(listNames);
  const members = readList(data, 'participants')
    .slice(0, maxParticipants)
    .flatMap((one) => {
      const [first] = listNames(one);
      if (!first) return [];
      return known.find((names) => names.some(({ key }) => key === first.key))?.[0] ?? first;
    });
  const actor = findAlias(readText(data, 'authorPn')) ?? findAlias(readText(data, 'author'));
  const type = Object.hasOwn(types, action) ? types[action] : action;
  const told = toMembersEvent(type, members, actor, ownAliases);
  return toGroupMessage(group, told, { sentAt: receivedAt, when: readWhen(envelope) });
}

/** What changed of a group: one thing at a time; of several nobody knows which it was. */
function readSetting(data: unknown, ownAliases: readonly Alias[]): GroupEvent {
  const [subject, description] = [readText(data, 'subject'), readText(data, 'desc')];
  const value = subject ? short(subject) : description && clip(description, 1_000);
  if (!value || (subject && description)) throw ignored('a setting of a group');
  const sender = findAlias(readText(data, 'authorPn')) ?? findAlias(readText(data, 'author'));
  const change = subject ? 'subject' : 'description';
  const fromMe = sender !== null && isAmong(sender, ownAliases);
  return { fromMe, sender, notice: { change, people: [], value } };
}

export function readGroupUpdate(data: unknown, around: EvolutionSurroundings): IncomingMessage[] {
  const { ownAliases, receivedAt, envelope } = around;
  const listed: unknown[] = Array.isArray(data) ? data : [data];
  return listed.map((one) =>
    toGroupMessage(readGroup(one), readSetting(one, ownAliases), {
      ...{ sentAt: receivedAt, when: readWhen(envelope) },
    }),
  );
}

/** All who are in a group, as Evolution lists them; null for what is no group. */
export function toRoster(data: unknown, ownAliases: readonly Alias[]): GroupRoster | null {
  const address = parseJid(readText(data, 'id') ?? '');
  const participants = readList(data, 'participants').slice(0, maxParticipants).map(listNames);
  if (address?.kind !== 'group' || participants.length === 0) return null;
  const others = participants.filter(
    (aliases) => aliases.length > 0 && !aliases.some((alias) => isAmong(alias, ownAliases)),
  );
  return { groupJid: address.groupJid, title: short(readText(data, 'subject')), participants: others };
}

/** The pairs of a number and a LID among a roster's participants. */
export const listPairs = ({ participants }: Pick<GroupRoster, 'participants'>): Identity[] =>
  participants.filter((aliases) => aliases.length > 1).map((aliases) => ({ aliases, name: null }));
