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

/**
 * What happened to a group, as a message of it. Such events have no ids: the group, what happened and `when` are the name by which a
 * redelivery is recognised.
 */
export function toGroupMessage(
  group: { groupJid: string; title: string | null },
  { fromMe, sender, notice }: GroupEvent,
  { sentAt, when }: { sentAt: Date; when: string },
): IncomingMessage {
  const people = notice.people.map(({ key }) => key).sort();
  const parts = [notice.change, when, notice.value ?? '', sender?.key ?? '', ...people];
  const speaker: Identity | null = fromMe || !sender ? null : { aliases: [sender], name: null };
  return {
    event: 'create',
    stanzaId: `notice-${toName(group.groupJid, ...parts)}`,
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
