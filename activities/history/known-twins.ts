import { isSamePhone, toPhoneAlias } from '../../domain/identity';
import { groupBy } from '../../domain/group-by';
import type { ChatRef, IncomingMessage } from '../../domain/message';
import type { FileReading } from '../../domain/export/chat-file';
import type { AccountDoc } from '../../store/accounts';
import type { MessageDoc } from '../../store/chats/messages';
import { listSentWithin } from '../../store/chats/sent-within';
import type { Store } from '../../store/store';
import { isExported, toMinute, toSubstance, type IdentifiedMessage } from '../../whatsapp/export/identify';
import { findTwins, type FromFile, type KnownMessage } from '../../whatsapp/export/twins';
import type { HistoryMessage } from '../../whatsapp/history-source';
import type { FileRun, Run } from './run';

/** A source may know a message by a time of another minute. */
const marginMs = 2 * 60_000;

/** All accounts of the same number of ours: a number may have a source and bring files too. */
const listAccounts = async ({ accounts }: Store, { portalId, e164 }: AccountDoc): Promise<AccountDoc[]> =>
  (await accounts.list()).filter((one) => one.portalId === portalId && isSamePhone(one.e164, e164));

/** The chats with the same people at these accounts. */
async function listChats(store: Store, accounts: readonly AccountDoc[], chat: ChatRef): Promise<string[]> {
  const portalId = accounts[0]?.portalId ?? '';
  if (chat.kind === 'group') {
    const group = await store.chats.findGroup(portalId, chat.groupJid);
    return group ? [group._id] : [];
  }
  const key = chat.peer.aliases[0]?.key;
  const person = key === undefined ? null : await store.people.findByAlias(portalId, key);
  if (!person) return [];
  const chats = await Promise.all(accounts.map(({ _id }) => store.chats.findDirect(_id, person._id)));
  return chats.flatMap((one) => one?._id ?? []);
}

const substanceOf = ({
  text,
  details,
  media,
}: Pick<IncomingMessage, 'text' | 'details' | 'media'>): string => {
  const place = details?.place;
  return toSubstance(place ? `${place.latitude},${place.longitude}` : text, Boolean(media));
};

/** An export has a message as it was edited last; all that it ever said counts. */
function toKnown({ versions, fromMe }: MessageDoc): KnownMessage[] {
  const first = versions.find(({ event }) => event === 'create');
  if (!first) return [];
  const said = versions.filter(({ event }) => event === 'create' || event === 'edit');
  return [
    { sentAt: first.sentAt, fromMe, substances: said.map(({ text }) => substanceOf({ ...first, text })) },
  ];
}

/** Which of the messages of a chat are stored already, by another way than they come now. */
async function findStored(
  store: Store,
  chatIds: readonly string[],
  messages: readonly FromFile[],
  isOther: (message: MessageDoc) => boolean,
): Promise<boolean[]> {
  if (chatIds.length === 0 || messages.length === 0) return messages.map(() => false);
  const times = messages.map(({ sentAt }) => sentAt.getTime());
  const from = new Date(Math.min(...times) - marginMs);
  const to = new Date(Math.max(...times) + marginMs);
  const stored = await listSentWithin(store, chatIds, { from, to });
  return findTwins(messages, stored.filter(isOther).flatMap(toKnown));
}

/** Those of a portion of a file that no other source has brought: see `findTwins` for the rule. */
export async function leaveOutTwins(
  { deps: { store }, account }: FileRun,
  { chat }: FileReading,
  portion: readonly IdentifiedMessage[],
): Promise<IdentifiedMessage[]> {
  const at: ChatRef =
    chat.kind === 'group'
      ? chat
      : { kind: 'direct', peer: { aliases: [toPhoneAlias(chat.e164)], name: null } };
  const chatIds = await listChats(store, await listAccounts(store, account), at);
  const isTwin = await findStored(store, chatIds, portion, ({ stanzaId }) => !isExported(stanzaId));
  return portion.filter((_, index) => !isTwin[index]);
}

/** A file that the export left out is not had: the source's own copy has it. */
const isWhole = ({ stanzaId, versions }: MessageDoc): boolean =>
  isExported(stanzaId) && versions.every(({ media }) => media?.source.kind !== 'none');

const chatKeyOf = ({ chat }: IncomingMessage): string =>
  chat.kind === 'group' ? chat.groupJid : (chat.peer.aliases[0]?.key ?? '');

function toCounted(messages: readonly IncomingMessage[]): (FromFile & { message: IncomingMessage })[] {
  const counts = new Map<string, number>();
  return messages.map((message) => {
    const { sentAt, fromMe } = message;
    const substance = substanceOf(message);
    const key = `${toMinute(sentAt)}|${fromMe}|${substance}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return { message, sentAt, fromMe, substance, ordinal: counts.get(key) ?? 1 };
  });
}

/** The other way round: what a source has of the past without what a file has brought before. */
export async function leaveOutExported(
  { deps: { store }, account }: Pick<Run, 'deps' | 'account'>,
  messages: readonly HistoryMessage[],
): Promise<HistoryMessage[]> {
  const accounts = await listAccounts(store, account);
  if (!(await store.imports.hasFilesOf(accounts.map(({ _id }) => _id)))) return [...messages];
  const created = messages.flatMap(({ translation }) =>
    translation.kind === 'message' && translation.message.event === 'create' ? [translation.message] : [],
  );
  const known = new Set<IncomingMessage>();
  for (const ofChat of groupBy(created, chatKeyOf).values()) {
    const [first] = ofChat;
    const chatIds = first ? await listChats(store, accounts, first.chat) : [];
    const counted = toCounted(ofChat);
    const isStored = await findStored(store, chatIds, counted, isWhole);
    for (const [index, { message }] of counted.entries()) if (isStored[index]) known.add(message);
  }
  return messages.filter(
    ({ translation }) => translation.kind !== 'message' || !known.has(translation.message),
  );
}
