import type { DigestItem } from '../../domain/digest';
import { toFileName, type FileNote } from '../../domain/files/file-note';
import { isFileItem, toFileItemId, toVersionId, type ItemId } from '../../domain/ids';
import { toClock } from '../../domain/local-time';
import type { MediaDoc } from '../../store/media/media';
import type { MessageDoc } from '../../store/chats/messages';
import type { Store } from '../../store/store';

const mayHaveFile = ({ versions }: MessageDoc): boolean => versions.some(({ media }) => media != null);

function toNote(file: MediaDoc, message: MessageDoc, timeZone: string): FileNote {
  const { _id: mediaId, state, messageId, v, outcome, reason, sizeBytes, hash, tries, otherType } = file;
  const saidAt = message.versions.find((version) => version.v === v)?.sentAt ?? file.createdAt;
  const isHere = state === 'stored' && hash !== null;
  return {
    state: isHere ? 'attached' : state === 'wanted' ? 'follows' : 'missing',
    item: outcome === 0 ? null : toFileItemId(messageId, v, outcome),
    name: toFileName(file, toClock(saidAt, timeZone)),
    reason: state === 'expired' ? 'expired' : reason,
    isAlone: tries > 0,
    ...{ sizeBytes, saidAt, mediaId, outcome, hash, otherType: otherType ?? null },
  };
}

/** The notes of all files, by the version they belong to; without those that an entry tells already. */
async function loadNotes(store: Store, messages: readonly MessageDoc[], timeZone: string) {
  const byId = new Map(messages.filter(mayHaveFile).map((message) => [message._id, message]));
  if (byId.size === 0) return new Map<string, FileNote>();
  const files = await store.media.listOfMessages([...byId.keys()]);
  const notes = files.flatMap((file): [string, FileNote][] => {
    const message = byId.get(file.messageId);
    return message ? [[`${file.messageId}/${file.v}`, toNote(file, message, timeZone)]] : [];
  });
  const entries = await store.entries.listByItems(notes.flatMap(([, { item }]) => item ?? []));
  const told = new Set(entries.flatMap(({ items }) => items));
  return new Map(notes.filter(([, { item }]) => item === null || !told.has(item)));
}

/**
 * Gives items their files. The line of a message takes its file along, where it is at hand; what became of it later is a line of its own.
 * An outcome that a newer one has overtaken is not told: it is given back as `stale`, to be taken out of the outbox.
 */
export async function noteFiles(
  store: Store,
  items: readonly DigestItem[],
  { messages, timeZone }: { messages: readonly MessageDoc[]; timeZone: string },
): Promise<{ items: DigestItem[]; stale: ItemId[] }> {
  const notes = await loadNotes(store, messages, timeZone);
  const stale: ItemId[] = [];
  const withMessage = new Set<ItemId>();
  const noted = items.map((item) => {
    const note = item.event === 'create' && item.part === 1 ? notes.get(toVersionId(item.item)) : undefined;
    if (!note || isFileItem(item.item)) return item;
    if (note.item) withMessage.add(note.item);
    const sizeBytes = note.sizeBytes ?? item.media?.sizeBytes ?? null;
    return { ...item, file: note, media: { sizeBytes } };
  });
  const told = noted.flatMap((item): DigestItem[] => {
    if (!isFileItem(item.item)) return [item];
    if (withMessage.has(item.item)) return [];
    const note = notes.get(toVersionId(item.item));
    if (note?.item === item.item) return [{ ...item, sentAt: item.orderAt, file: note }];
    stale.push(item.item);
    return [];
  });
  return { items: told, stale };
}
