import { countItems } from '../../domain/digest-line';
import { toFileItemId, toItemId, type ItemId } from '../../domain/ids';
import type { ChatDoc } from '../../store/chats/chats';
import { isTelling } from '../../store/delivery/entries';
import type { MessageDoc, MessageVersion, NewVersion } from '../../store/chats/messages';
import type { Store } from '../../store/store';

/** The change by which a message known as a placeholder becomes readable: a version of its own. */
export const readableChange = 'create/readable';

/** More than becomes of any file: lost, had, refused five times, had again. */
const mostOutcomes = 16;

function itemsOf({ _id, versions }: MessageDoc): ItemId[] {
  return versions.flatMap(({ v, event, text, media }) => [
    ...Array.from({ length: countItems(event, text) }, (_, index) => toItemId(_id, v, index + 1)),
    ...(media ? Array.from({ length: mostOutcomes }, (_, index) => toFileItemId(_id, v, index + 1)) : []),
  ]);
}

/** What became of a file that another copy's version has: its bytes need not come twice. */
async function giveFiles({ media, contents }: Store, copy: MessageDoc, own: MessageDoc): Promise<void> {
  for (const file of await media.listOfMessages([copy._id])) {
    const { change } = copy.versions.find(({ v }) => v === file.v) ?? {};
    const v = own.versions.find((version) => version.change === change)?.v;
    const theirs = v === undefined ? null : await media.find(own._id, v);
    const { hash, sizeBytes, mimeType } = file;
    const isToGive = hash !== null && theirs !== null && ['wanted', 'lost'].includes(theirs.state);
    if (isToGive && (await contents.hold(hash)))
      await media.keep(theirs, { hash, sizeBytes: sizeBytes ?? 0, mimeType });
  }
}

/** The items that are in an entry, each with the entry's id. */
type Told = ReadonlyMap<ItemId, string>;

async function listTold(store: Store, messages: readonly MessageDoc[]): Promise<Told> {
  const items = messages.flatMap(itemsOf);
  const wanted = new Set<ItemId>(items);
  const entries = await store.entries.listByItems(items);
  return new Map(
    entries
      .filter(isTelling)
      .flatMap(({ _id, items: theirs }) =>
        theirs.filter((item) => wanted.has(item)).map((item): [ItemId, string] => [item, _id]),
      ),
  );
}

const isTold = (message: MessageDoc, told: Told): boolean => itemsOf(message).some((item) => told.has(item));

/** The entry that a version is in, if any. */
const entryOf = ({ _id }: MessageDoc, { v, entryId }: MessageVersion, told: Told): string | null =>
  entryId ?? told.get(toItemId(_id, v, 1)) ?? null;

function toNewVersion(version: MessageVersion): NewVersion {
  const { change, event, fromMe, senderName, kind, text, fileName, quotedText, forwarded } = version;
  const { sentAt, arrivedAt, media, details } = version;
  const content = { kind, text, fileName, quotedText, forwarded };
  const more = { ...(media ? { media } : {}), ...(details ? { details } : {}) };
  return { change, event, fromMe, senderName, ...content, ...more, sentAt, arrivedAt };
}

/** The versions of the copy `from` that `to` lacks and no entry has. */
function listMissing(from: MessageDoc, to: MessageDoc, told: Told): NewVersion[] {
  const isUnreadable = to.versions.every(({ event, kind }) => event !== 'create' || kind === 'unsupported');
  return from.versions.flatMap((version): NewVersion[] => {
    if (entryOf(from, version, told) !== null) return [];
    const fresh = toNewVersion(version);
    if (!to.versions.some(({ change }) => change === version.change)) return [fresh];
    const isReadable = version.change === 'create' && version.kind !== 'unsupported';
    return isReadable && isUnreadable ? [{ ...fresh, change: readableChange }] : [];
  });
}

async function addMissing(store: Store, from: MessageDoc, to: MessageDoc, told: Told) {
  for (const version of listMissing(from, to, told)) await store.messages.saveVersion(to, version);
}

/** Drops a copy, unless an entry has it. A planner who holds its rows comes either before, and is seen, or too late. */
async function dropCopy(store: Store, copy: MessageDoc): Promise<boolean> {
  if (!(await store.entries.retireCopy(copy, itemsOf(copy)))) return false;
  await store.outbox.remove(itemsOf(copy));
  for (const hash of await store.media.removeOfMessage(copy._id)) await store.contents.sweepSoon(hash);
  return store.messages.removeCopy(copy);
}

/** Both copies are told: both stay. The chat's own one learns what was told of the other, so that no redelivery tells it again. */
async function keepBoth(store: Store, copy: MessageDoc, own: MessageDoc, told: Told): Promise<void> {
  for (const version of copy.versions) {
    const entryId = entryOf(copy, version, told);
    const known = own.versions.find(({ change }) => change === version.change);
    if (entryId === null || (known && entryOf(own, known, told) !== null)) continue;
    await store.messages.addTold(own._id, version, entryId);
    if (known) await store.outbox.remove(itemsOf({ ...own, versions: [known] }));
  }
  await addMissing(store, copy, own, told);
  const untold = copy.versions.filter((version) => entryOf(copy, version, told) === null);
  await store.outbox.remove(itemsOf({ ...copy, versions: untold }));
  const routed = untold.map(({ v }) => ({ messageId: copy._id, v }));
  await store.messages.markRouted(routed, new Date());
}

/** Moves a message into a chat. False: it has moved meanwhile, or that chat has a copy of it. */
export async function takeOver(store: Store, message: MessageDoc, chatId: string): Promise<boolean> {
  if (!(await store.messages.giveTo(message, chatId))) return false;
  await store.outbox.giveTo(itemsOf(message), chatId);
  return true;
}

/**
 * Merges two copies of one message: the one in an entry survives, since its items keep it from being told again, and takes
 * over what only the other says. False: something came between, look at both again.
 */
export async function mergeCopies(store: Store, copy: MessageDoc, own: MessageDoc): Promise<boolean> {
  const told = await listTold(store, [copy, own]);
  if (!isTold(copy, told)) {
    await addMissing(store, copy, own, told);
    await giveFiles(store, copy, own);
    return dropCopy(store, copy);
  }
  if (isTold(own, told)) {
    await keepBoth(store, copy, own, told);
    return true;
  }
  await addMissing(store, own, copy, told);
  await giveFiles(store, own, copy);
  return (await dropCopy(store, own)) && takeOver(store, copy, own.chatId);
}

/**
 * Whether a message has a copy in a chat that its own is being merged with: then neither gets a row before the merge has
 * decided which is told. The message was written before this looks, and a copy never leaves its chat while the other one
 * stands in its place: the second writer sees the first.
 */
export async function isLeftToMerge(store: Store, chat: ChatDoc, message: MessageDoc): Promise<boolean> {
  const elsewhere = message.chatId === chat._id ? (chat.absorbed ?? []) : [chat._id];
  for (const chatId of elsewhere) {
    const other = await store.messages.find(chatId, message.key);
    if (!other || other._id === message._id) continue;
    const told = await listTold(store, [message, other]);
    const areBoth = isTold(message, told) && isTold(other, told);
    // Two told copies stay where they are; what is new of them goes on in the chat that is left.
    if (!areBoth || message.chatId !== chat._id) return true;
  }
  return false;
}
