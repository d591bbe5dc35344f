import { z } from 'zod';
import type { GroupChange, GroupNotice } from '../../domain/content/details';
import type { Alias, Identity } from '../../domain/identity';
import type { IncomingMessage, Translation } from '../../domain/message';
import { clip } from '../clip';
import { isAmong } from '../people';
import { ignored, toTranslationOf, unreadable } from '../refusal';
import { parseTimestamp } from '../timestamp';
import { noContent } from './content';
import { short } from './details';
import { readGroupId, toName } from './ids';
import type { Around } from './message';
import { metaContact, readMeta, type MetaContact } from './payload';
import { readIdentity, type MetaPeople } from './people';

const text = z.string().nullish().catch(null);
const maxPeople = 1_024;
const someone = metaContact.extend({ input: text });
const people = z
  .array(someone.nullable().catch(null))
  .transform((all) => all.filter((one) => one !== null).slice(0, maxPeople))
  .nullish()
  .catch(null);

const groupShape = z.looseObject({
  timestamp: z.union([z.string(), z.number()]).nullish(),
  group_id: z.string(),
  type: text,
  subject: text,
  description: text,
  initiated_by: text,
  added_participants: people,
  removed_participants: people,
  group_subject: z.looseObject({ text }).nullish().catch(null),
  group_description: z.looseObject({ text }).nullish().catch(null),
  profile_picture: z.unknown().optional(),
  errors: z.array(z.unknown()).nullish().catch(null),
});
type MetaGroup = z.output<typeof groupShape>;

export const groupFields: ReadonlySet<string> = new Set([
  'group_lifecycle_update',
  'group_participants_update',
  'group_settings_update',
  'group_status_update',
]);

type Member = NonNullable<MetaGroup['added_participants']>[number];

const namesOf = ({ wa_id: waId, user_id: user, parent_user_id: parent, input }: MetaContact & Member) => [
  waId,
  user,
  parent,
  input,
];

const readMembers = (members: readonly Member[] | null | undefined, around: MetaPeople): Identity[] =>
  (members ?? [])
    .map((member) => readIdentity(namesOf(member), { ...around, own: [] }))
    .filter(({ aliases }) => aliases.length > 0);

function toNamed(members: readonly Identity[], own: readonly Alias[]): GroupNotice['people'] {
  return members.flatMap(({ aliases }) => {
    const [first] = aliases;
    const isUs = aliases.some((alias) => isAmong(alias, own));
    return first ? [{ key: first.key, ...(isUs ? { isUs: true as const } : {}) }] : [];
  });
}

interface Told {
  notice: GroupNotice;
  /** Null: we did it. */
  sender: Identity | null;
}

/** People come by an invitation's link, and go by their own will unless the business removed them. */
function readMoves(group: MetaGroup, around: MetaPeople): Told | null {
  const { added_participants: added, removed_participants: removed, initiated_by: by } = group;
  const [came, went] = [readMembers(added, around), readMembers(removed, around)];
  const [first, ...others] = came.length > 0 ? came : went;
  if (!first) return null;
  const people = toNamed(others, around.own);
  if (came.length > 0) return { notice: { change: 'joined', people }, sender: first };
  return by === 'business'
    ? { notice: { change: 'removed', people: toNamed(went, around.own) }, sender: null }
    : { notice: { change: 'left', people }, sender: first };
}

function readNotice(group: MetaGroup): GroupNotice {
  const of = (change: GroupChange, value?: string | null): GroupNotice => ({
    ...{ change, people: [] },
    ...(value ? { value: clip(value, 1_000) } : {}),
  });
  if (group.type === 'group_create') return of('created', short(group.subject));
  const subject = short(group.group_subject?.text);
  if (subject) return of('subject', subject);
  const description = group.group_description?.text;
  if (description) return of('description', description);
  if (group.profile_picture) return of('picture');
  throw ignored('nothing that happened in a group');
}

/** What happened to a group, as a message of it. It has no id: group, time and what happened are the name by which a redelivery is known. */
function readGroup(raw: unknown, { people: around, receivedAt }: Around): IncomingMessage {
  const group = readMeta(groupShape, raw);
  const groupJid = readGroupId(group.group_id);
  const sentAt = parseTimestamp(group.timestamp, receivedAt);
  if (!sentAt) throw unreadable('bad_timestamp', 'The time of the group’s notice cannot be read.');
  if (group.errors && group.errors.length > 0) throw ignored('a change of a group that failed');
  const { notice, sender } = readMoves(group, around) ?? { notice: readNotice(group), sender: null };
  const isOurs = sender === null || sender.aliases.some((alias) => isAmong(alias, around.own));
  const keys = [...notice.people, ...(sender?.aliases ?? [])].map(({ key }) => key).sort();
  return {
    event: 'create',
    stanzaId: `notice-${toName(groupJid, notice.change, String(sentAt.getTime()), notice.value ?? '', ...keys)}`,
    changeId: null,
    chat: { kind: 'group', groupJid, title: short(group.subject) ?? short(group.group_subject?.text) },
    ...{ fromMe: isOurs, sender: isOurs ? null : sender, sentAt },
    ...{ ...noContent, kind: 'system', details: { group: notice } },
  };
}

/** One group of a change. Never throws. */
export function translateMetaGroup(raw: unknown, around: Around): Translation {
  try {
    return { kind: 'message', message: readGroup(raw, around) };
  } catch (error) {
    return toTranslationOf(error);
  }
}
