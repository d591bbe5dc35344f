import { toGroupTarget, toLinkTarget, type Target } from '../../domain/ids';
import type { MessageDoc } from '../chats/messages';
import type { ChatDoc } from '../chats/chats';
import type { Store } from '../store';
import { eraseExports } from './erase-exports';
import { sweepContent, type Kept } from './sweep-content';

const idsOf = (docs: readonly { _id: string }[]): string[] => docs.map(({ _id }) => _id);

/** The files of messages, then the contents that nobody has any more. Safe to repeat: they are due for the sweep of files before. */
export async function eraseFiles(store: Kept, messageIds: readonly string[]): Promise<void> {
  const { media, contents } = store;
  const files = await media.listOfMessages(messageIds);
  const hashes = [...new Set(files.flatMap(({ hash }) => hash ?? []))];
  for (const hash of hashes) await contents.sweepSoon(hash);
  await media.model.deleteMany({ messageId: { $in: [...messageIds] } });
  for (const hash of hashes) await sweepContent(store, hash);
}

/** A portion of a direct chat's messages with all that hangs on them; the messages last, since by them the rest is found. */
export async function eraseMessages(store: Store, messages: readonly MessageDoc[]): Promise<void> {
  const ids = idsOf(messages);
  await eraseFiles(store, ids);
  await store.entries.model.deleteMany({
    target: { $in: ids.map((id): Target => toLinkTarget(`copy/${id}`)) },
  });
  await store.messages.model.deleteMany({ _id: { $in: ids } });
}

/** A direct chat whose messages are gone: what was told of it, and the chat itself. */
export async function eraseChat({ entries, chats }: Store, { _id }: ChatDoc): Promise<void> {
  await entries.model.deleteMany({ chatId: _id });
  await chats.model.deleteOne({ _id });
}

/** Rows that wait for links that have ended. */
export const eraseRows = async ({ outbox }: Store, linkIds: readonly string[]): Promise<void> =>
  void (await outbox.model.deleteMany({ target: { $in: linkIds.map(toLinkTarget) } }));

/** What somebody said in a group and waits there: nobody plans it any more. */
export const eraseRowsOfGroup = async (
  { outbox }: Store,
  chatId: string,
  items: { messageId: string; v?: number }[],
): Promise<void> => {
  const target = toGroupTarget(chatId);
  for (const { messageId, v } of items)
    await outbox.model.deleteMany({ target, messageId, ...(v === undefined ? {} : { v }) });
};

/** A reaction or a vote of theirs on somebody else's message keeps its place among the versions, and says nothing. */
export async function blankVersions(
  { messages }: Store,
  { _id, versions }: MessageDoc,
  speakerIds: readonly string[],
): Promise<void> {
  const theirs = versions.filter(({ speakerId }) => speakerIds.includes(speakerId ?? ''));
  // A version's number is its place, and never changes.
  const fieldsOf = (names: readonly string[]): string[] =>
    theirs.flatMap(({ v }) => names.map((name) => `versions.${v}.${name}`));
  const $set: Record<string, null> = {};
  for (const field of fieldsOf(['senderName', 'text', 'fileName', 'quotedText', 'media'])) $set[field] = null;
  const $unset: Record<string, ''> = {};
  for (const field of fieldsOf(['details', 'speakerId'])) $unset[field] = '';
  await messages.model.updateOne({ _id }, { $set, $unset });
}

/** All names of these people, and of the links and questions about them. The people themselves go last: by them all else is found. */
export interface Erased {
  portalId: string;
  personIds: readonly string[];
  /** The keys of all their aliases. */
  names: readonly string[];
}

const digitsOf = (names: readonly string[]): string[] =>
  names.flatMap((name) => /\d{6,}/.exec(name)?.[0] ?? []);

/** What sources sent and we could not read, where it names one of their numbers. */
async function eraseUnreadable({ unreadable }: Store, { portalId, names }: Erased): Promise<void> {
  const digits = digitsOf(names);
  if (digits.length > 0) await unreadable.model.deleteMany({ portalId, raw: { $regex: digits.join('|') } });
}

/** Their addresses where sources are asked for something about them. */
async function eraseAddresses(store: Store, { portalId, personIds, names }: Erased): Promise<void> {
  const lids = names.flatMap((name) => (name.startsWith('lid:') ? name.slice('lid:'.length) : []));
  await store.lids.model.deleteMany({ portalId, lid: { $in: lids } });
  await store.labelledChats.removeOfNames(portalId, names);
  await store.rosters.model.updateMany(
    { portalId, keys: { $in: [...names] } },
    { $pull: { keys: { $in: [...names] } } },
  );
  const keys = personIds.map((personId) => `person/${personId}`);
  await store.importChats.model.deleteMany({ key: { $in: keys } });
  await store.historyMarks.model.deleteMany({ key: { $in: keys } });
}

export async function eraseNames(store: Store, erased: Erased): Promise<void> {
  const { portalId } = erased;
  const those = { $in: [...erased.personIds] };
  const places = { $in: [...erased.personIds, ...erased.personIds.map((personId) => `merged/${personId}`)] };
  await eraseUnreadable(store, erased);
  await eraseAddresses(store, erased);
  await eraseExports(store, { portalId, personIds: erased.personIds, numbers: digitsOf(erased.names) });
  await store.members.model.deleteMany({ personId: those });
  await store.reviews.model.deleteMany({ portalId, personId: those });
  await store.reviews.model.deleteMany({ portalId, subject: 'identity', otherPersonId: those });
  await store.links.model.deleteMany({ portalId, personId: places });
  await store.people.model.deleteMany({ _id: those });
}
