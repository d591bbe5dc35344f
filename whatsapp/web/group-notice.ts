import type { GroupChange, GroupNotice } from '../../domain/content/details';
import type { Alias, Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import { isAmong } from '../people';
import { ignored, unreadable } from '../refusal';
import { noContent, toName } from './carrier';
import { toNamed } from './details/context';

/** What happened to a group, and who did it. */
export interface GroupEvent {
  fromMe: boolean;
  /** Null: it is not said. */
  sender: Alias | null;
  notice: GroupNotice;
}

const words: Record<string, { alone: GroupChange; byAnother: GroupChange }> = {
  join: { alone: 'joined', byAnother: 'added' },
  leave: { alone: 'left', byAnother: 'removed' },
  promote: { alone: 'promoted', byAnother: 'promoted' },
  demote: { alone: 'demoted', byAnother: 'demoted' },
};

/** Who came and went, by their own will or by another's. */
export function toMembersEvent(
  type: string | null | undefined,
  members: readonly Alias[],
  actor: Alias | null,
  ownAliases: readonly Alias[],
): GroupEvent {
  const word = type && Object.hasOwn(words, type) ? words[type] : undefined;
  if (!word) throw ignored('a setting of a group');
  const [first] = members;
  if (!first) throw unreadable('missing_participants', 'The group’s notice does not say whom it is about.');
  const isOurs = (alias: Alias): boolean => isAmong(alias, ownAliases);
  const sender = actor ?? first;
  const isSender = (alias: Alias): boolean => alias.key === sender.key || (isOurs(alias) && isOurs(sender));
  const change = members.some(isSender) ? word.alone : word.byAnother;
  const people = members.filter((alias) => !isSender(alias)).map((alias) => toNamed(alias, ownAliases));
  return { fromMe: isOurs(sender), sender, notice: { change, people } };
}

/** When something happened to a group. */
export interface NoticeTime {
  sentAt: Date;
  /** Tells one event from the next. A text: as the source says it, the same for everybody who hears of it. A number: ms of the clock of one server, or of one of its sessions. */
  when: string | number;
}

/** Two of our numbers are told of one event within seconds, each by a clock of its own: a name for each span, and those beside it. */
const spanMs = 5_000;

function toNames(when: string | number): [own: string, ...others: string[]] {
  if (typeof when === 'string') return [when];
  const span = Math.floor(when / spanMs);
  return [span, span - 1, span + 1].map((one) => `span ${one}`) as [string, string, string];
}

/**
 * What happened to a group, as a message of it. Such events have no ids: the group, what happened and `when` are the name by which a
 * redelivery is recognised; the names beside it are those that another of our numbers may have given it.
 */
export function toGroupMessage(
  group: { groupJid: string; title: string | null },
  { fromMe, sender, notice }: GroupEvent,
  { sentAt, when }: NoticeTime,
): IncomingMessage {
  const people = notice.people.map(({ key }) => key).sort();
  const toId = (name: string) =>
    `notice-${toName(group.groupJid, notice.change, name, notice.value ?? '', sender?.key ?? '', ...people)}`;
  const [own, ...others] = toNames(when);
  const speaker: Identity | null = fromMe || !sender ? null : { aliases: [sender], name: null };
  return {
    event: 'create',
    stanzaId: toId(own),
    ...(others.length > 0 && { twinIds: others.map(toId) }),
    changeId: null,
    chat: { kind: 'group', ...group },
    fromMe,
    sender: speaker,
    sentAt,
    ...noContent,
    kind: 'system',
    details: { group: notice },
  };
}
