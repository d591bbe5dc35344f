import { phoneOf } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import type { ChatDoc } from '../../store/chats/chats';
import type { MessageDoc, MessageVersion } from '../../store/chats/messages';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

/** What a comment says besides its messages: whose chat it is, by which of our numbers, and who speaks. */
export interface ChatFacts {
  chatTitle: string;
  account: string;
  isGroup: boolean;
  /** What our own name is in its lines. */
  us: string;
  /** What its messages' keys are unique in, by names that are not ours: a restored store has other ids. */
  scope: string;
  speakerOf: (message: MessageDoc, version: MessageVersion) => string;
}

/** The first name that says something: a source may give an empty one. */
const firstOf = (...names: (string | null | undefined)[]): string | null =>
  names.find((name) => name?.trim()) ?? null;

const nameOf = (person: PersonDoc | null | undefined): string | null =>
  person ? firstOf(person.name, phoneOf(person.aliases)) : null;

const numberOf = ({ name, e164 }: AccountDoc): string => `${name} ${e164}`;

async function loadDirect({ accounts, people }: Store, chat: ChatDoc): Promise<ChatFacts> {
  const [account, person] = await Promise.all([
    chat.accountId === null ? null : accounts.load(chat.accountId),
    chat.personId === null ? null : people.load(chat.personId),
  ]);
  const chatTitle = nameOf(person) ?? 'WhatsApp contact';
  return {
    chatTitle,
    account: account ? numberOf(account) : 'WhatsApp',
    isGroup: false,
    us: account?.name ?? 'We',
    scope: account ? `${account.kind}/${account.e164}` : chat._id,
    // A reaction to our message may be theirs.
    speakerOf: (_, { fromMe, senderName }) =>
      fromMe ? (account?.name ?? 'We') : (firstOf(senderName) ?? chatTitle),
  };
}

/** Two reads for all speakers: each line has its own. */
async function loadGroup(
  { accounts, people }: Store,
  chat: ChatDoc,
  messages: readonly MessageDoc[],
): Promise<ChatFacts> {
  const speakerIds = messages.flatMap(({ versions }) => versions.flatMap(({ speakerId }) => speakerId ?? []));
  const [ours, speakers] = await Promise.all([
    Promise.all([...new Set(messages.map(({ accountId }) => accountId))].map((id) => accounts.load(id))),
    people.loadMany([...new Set(speakerIds)]),
  ]);
  const accountOf = new Map(ours.flatMap((account) => (account ? [[account._id, account]] : [])));
  const personOf = new Map(speakers.map((person) => [person._id, person]));
  return {
    chatTitle: chat.title ?? 'WhatsApp group',
    account: [...accountOf.values()].map(numberOf).join(', ') || 'WhatsApp',
    isGroup: true,
    us: ours[0]?.name ?? 'We',
    scope: chat.groupJid ?? chat._id,
    speakerOf: ({ accountId }, { fromMe, senderName, speakerId }) =>
      fromMe
        ? (accountOf.get(accountId)?.name ?? 'We')
        : (firstOf(senderName, nameOf(personOf.get(speakerId ?? ''))) ?? 'Somebody'),
  };
}

export const loadChatFacts = (
  store: Store,
  chat: ChatDoc,
  messages: readonly MessageDoc[],
): Promise<ChatFacts> => (chat.kind === 'group' ? loadGroup(store, chat, messages) : loadDirect(store, chat));
