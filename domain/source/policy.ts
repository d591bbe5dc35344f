import type { Alias } from '../identity';
import { listSamePhones, toPhoneAlias } from '../identity';
import { parseJid, toAlias } from '../jid';
import { parsePhone } from '../phone';
import { labelsUnknown, listHiddenLabels, toLabelKey } from './labels';

/** What is wanted from an account's source. */
export interface SourcePolicy {
  syncGroups: boolean;
  /** Addresses of chats; empty: all are wanted. */
  includeChats: string[];
  /** Never wanted, whatever else is said. */
  excludeChats: string[];
  /** Names of WhatsApp Business’s labels: chats that have one are never wanted. Absent in policies of before: none. */
  excludeLabels?: string[];
  /** Of chats with one person only those of people who are linked, or are being linked. Groups are not asked. */
  onlyLinkedContacts: boolean;
  media: {
    /** Null: as much as the installation takes. */
    maxBytes: number | null;
    /** `image/*` or `application/pdf`; empty: all. */
    types: string[];
  };
  /** So many days before the account was added; null: no limit. */
  historyDays: number | null;
}

export const usualPolicy: SourcePolicy = {
  syncGroups: true,
  includeChats: [],
  excludeChats: [],
  excludeLabels: [],
  onlyLinkedContacts: false,
  media: { maxBytes: null, types: [] },
  historyDays: null,
};

/** Why a message is not wanted; the last is no matter of policy, but of what an account may say. */
export type Exclusion =
  | 'excluded_hearsay'
  | 'excluded_group'
  | 'excluded_chat'
  | 'excluded_label'
  | 'excluded_not_listed'
  | 'excluded_not_linked'
  | 'excluded_old'
  | 'excluded_person'
  | 'forgotten_person';

export const exclusionReasons: Record<Exclusion, string> = {
  excluded_group: 'Groups are not wanted from this account.',
  excluded_chat: 'This chat is excluded by the account’s policy.',
  excluded_label: 'The chat has a label whose chats are excluded by the account’s policy.',
  excluded_not_listed: 'Only listed chats are wanted from this account.',
  excluded_not_linked: 'Only chats of linked contacts are wanted from this account.',
  excluded_hearsay:
    'It says that somebody has another number, with whom this account has no chat: a review asks a person.',
  excluded_person:
    'This person, or this chat, is excluded: nothing of them is taken in until that is undone.',
  forgotten_person: 'This person was forgotten, as they wished: nothing of them is taken in any more.',
  excluded_old: 'The message is older than is wanted from this account.',
};

const groupKey = (groupJid: string): string => `group:${groupJid}`;

/** The keys under which a listed chat is known: a group, or a person by number (in each of its writings) or LID. Null: no chat. */
export function listChatKeys(address: string): string[] | null {
  const text = address.trim();
  const phone = text.startsWith('+') ? parsePhone(text, null) : null;
  const jid = phone ? null : parseJid(text);
  if (jid?.kind === 'group') return [groupKey(jid.groupJid)];
  const alias = phone ? toPhoneAlias(phone.e164) : jid && toAlias(jid);
  if (!alias) return null;
  return (alias.kind === 'phone' ? listSamePhones(alias) : [alias]).map(({ key }) => key);
}

/** A chat as the policy sees it. `labels`: the names of those it has; null: nobody has said yet. */
export type SeenChat = { labels?: readonly string[] | null } & (
  { kind: 'group'; groupJid: string } | { kind: 'direct'; aliases: readonly Alias[]; isLinked: boolean }
);

/** The keys of a chat under which it may be listed, or have labels. */
export const chatKeysOf = (chat: SeenChat): string[] =>
  chat.kind === 'group' ? [groupKey(chat.groupJid)] : chat.aliases.map(({ key }) => key);

/** Not wanted, or to be asked again when the labels are known. */
export type PolicyVerdict = Exclusion | typeof labelsUnknown;

const dayMs = 24 * 3_600_000;

/** From when on messages are wanted; null: from the beginning. */
export const wantedSince = ({ historyDays }: SourcePolicy, createdAt: Date): Date | null =>
  historyDays === null ? null : new Date(createdAt.getTime() - historyDays * dayMs);

/** Reads the lists once for many messages. */
export function createPolicyRule(policy: SourcePolicy, createdAt: Date) {
  const toSet = (chats: readonly string[]) => new Set(chats.flatMap((chat) => listChatKeys(chat) ?? []));
  const [included, excluded] = [toSet(policy.includeChats), toSet(policy.excludeChats)];
  const hidden = new Set(listHiddenLabels(policy));
  const since = wantedSince(policy, createdAt);
  /** `ageCounts` is false for history that was asked for: whoever asked said how far back. */
  return (chat: SeenChat, sentAt: Date, ageCounts: boolean): PolicyVerdict | null => {
    const keys = chatKeysOf(chat);
    if (keys.some((key) => excluded.has(key))) return 'excluded_chat';
    if (chat.kind === 'group' && !policy.syncGroups) return 'excluded_group';
    if (included.size > 0 && !keys.some((key) => included.has(key))) return 'excluded_not_listed';
    if (chat.kind === 'direct' && policy.onlyLinkedContacts && !chat.isLinked) return 'excluded_not_linked';
    if (ageCounts && since !== null && sentAt < since) return 'excluded_old';
    if (hidden.size === 0) return null;
    if (!chat.labels) return labelsUnknown;
    return chat.labels.some((name) => hidden.has(toLabelKey(name))) ? 'excluded_label' : null;
  };
}
