import { newIdAt } from '../connection';
import { listAll } from '../queries';
import type { MessageDoc } from '../chats/messages';
import type { Store } from '../store';

type Of = Pick<Store, 'messages' | 'entries' | 'unreadable' | 'audit' | 'media'>;

const idsOf = (docs: readonly { _id: string }[]): string[] => docs.map(({ _id }) => _id);

/** A portal's messages that are not emptied, stored before a time, in the order they were stored. */
export const listBefore = (
  { messages }: Of,
  portalId: string,
  before: Date,
  { after, limit }: { after: string | null; limit: number },
): Promise<MessageDoc[]> => {
  const _id = { $lt: newIdAt(before), ...(after !== null && { $gt: after }) };
  return listAll(messages.model, { portalId, emptiedAt: null, _id }, { sort: { _id: 1 }, limit });
};

/** What a version says; its kind, its times and what it changed stay, by which it is recognised when it comes again. */
const said = ['senderName', 'text', 'fileName', 'quotedText', 'media'] as const;

/**
 * Nothing that was said is left of a message; its key is, so that a redelivery is no new message. False: a version came since it was read. The
 * names of its files go first: a crash in between does them again.
 */
export async function emptyMessage({ messages, media }: Of, { _id, versions }: MessageDoc): Promise<boolean> {
  await media.model.updateMany({ messageId: _id }, { $set: { fileName: null } });
  const $set: Record<string, null | Date> = { emptiedAt: new Date() };
  const $unset: Record<string, ''> = {};
  for (const { v } of versions) {
    for (const field of said) $set[`versions.${v}.${field}`] = null;
    $unset[`versions.${v}.details`] = '';
  }
  const asRead = { _id, versions: { $size: versions.length }, emptiedAt: null };
  return (await messages.model.updateOne(asRead, { $set, $unset })).modifiedCount === 1;
}

/**
 * The texts of entries that were delivered since one time and before another, the oldest first; gives when the last of them was, to go on from,
 * and null when they were all. Items and markers stay: by them nothing is told twice.
 */
export async function emptyEntries(
  { entries }: Of,
  portalId: string,
  { from, before, limit }: { from: Date; before: Date; limit: number },
): Promise<Date | null> {
  const between = { portalId, deliveredAt: { $gte: from, $lt: before } };
  const old = await listAll(entries.model, between, { sort: { deliveredAt: 1 }, limit });
  const settled = old.filter(
    ({ state, text }) => text !== '' && (state === 'delivered' || state === 'removed'),
  );
  await entries.model.updateMany(
    { _id: { $in: idsOf(settled) } },
    { $set: { text: '' }, $unset: { refused: '' } },
  );
  return old.length < limit ? null : (old.at(-1)?.deliveredAt ?? null);
}

/** What could not be read and came before a time; so many at most. Gives how many went. */
export async function dropUnreadable(
  { unreadable }: Of,
  portalId: string,
  before: Date,
  limit: number,
): Promise<number> {
  const filter = { portalId, _id: { $lt: newIdAt(before) } };
  const old = await listAll(unreadable.model, filter, { sort: { _id: 1 }, limit });
  await unreadable.model.deleteMany({ _id: { $in: idsOf(old) } });
  return old.length;
}

/** Rows of the trail of before a time, of all portals; so many at most. Gives how many went. */
export async function dropAudit({ audit }: Of, before: Date, limit: number): Promise<number> {
  const old = await listAll(audit.model, { _id: { $lt: newIdAt(before) } }, { sort: { _id: 1 }, limit });
  await audit.model.deleteMany({ _id: { $in: idsOf(old) } });
  return old.length;
}
