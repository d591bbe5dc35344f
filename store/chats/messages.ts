import type { Connection } from 'mongoose';
import { newId } from '../connection';
import {
  changeOne,
  findOne,
  insertOne,
  listFromNewest,
  listFromOldest,
  loadOne,
  unlessTaken,
  type Page,
} from '../queries';
import { loadChatExtent, type ChatExtent } from './chat-extent';
import { createMessageBulk, toVersionChanges } from './message-bulk';
import { changeMany, listPlain } from '../bulk';
import { messageSchema, type MessageDoc, type MessageVersion } from './message-schema';
import { toStored, type NewVersion } from './new-version';

export type { MessageDoc, MessageVersion } from './message-schema';
export type { NewVersion } from './new-version';

export type NewMessage = Omit<MessageDoc, '_id' | 'versions' | 'emptiedAt'>;

/** Whether what a version says is kept still. */
export const isKept = ({ emptiedAt }: MessageDoc, { arrivedAt }: MessageVersion): boolean =>
  !emptiedAt || arrivedAt > emptiedAt;

export function createMessages(connection: Connection) {
  const model = connection.model<MessageDoc>('Message', messageSchema, 'messages');
  const find = (chatId: string, key: string): Promise<MessageDoc | null> => findOne(model, { chatId, key });
  const insert = (message: NewMessage, version: NewVersion): Promise<MessageDoc | null> =>
    unlessTaken(() =>
      insertOne<MessageDoc>(model, { _id: newId(), ...message, versions: [toStored(version, 0)] }),
    );

  return {
    model,
    /** Stores a version once: `isNew` is false when this very change was stored before (then nothing is written). */
    async saveVersion(
      message: NewMessage,
      version: NewVersion,
    ): Promise<{ message: MessageDoc; version: MessageVersion; isNew: boolean }> {
      for (;;) {
        const known = await find(message.chatId, message.key);
        const saved = known ?? (await insert(message, version));
        if (!saved) continue;
        const stored = saved.versions.find(({ change }) => change === version.change);
        if (stored) return { message: saved, version: stored, isNew: known === null };
        const next = toStored(version, saved.versions.length);
        const asRead = { _id: saved._id, versions: { $size: saved.versions.length } };
        if (await changeOne(model, asRead, { $push: { versions: next } }))
          return { message: saved, version: next, isNew: true };
      }
    },

    find,

    /** Names the entry that told these versions. */
    async stamp(items: readonly { messageId: string; v: number }[], entryId: string): Promise<void> {
      await changeMany(model, toVersionChanges(items, {}, { entryId }));
    },

    /** Messages with a version that arrived before `before` and was not routed: ingest died in between. */
    listUnrouted(portalId: string, before: Date, page: Page): Promise<MessageDoc[]> {
      const unrouted = { $elemMatch: { routedAt: null, arrivedAt: { $lt: before } } };
      return listFromOldest(model, { portalId, versions: unrouted }, page);
    },

    /** A chat's messages in the order they were stored, a page at a time. */
    listOfChat: (chatId: string, after: string | null, limit: number): Promise<MessageDoc[]> =>
      listFromOldest(model, { chatId }, { after, limit }),

    /**
     * A page of a chat's messages, those stored first or last in front. `since`: only those of which a version arrived then or later, so
     * that an edit of an old message is in it.
     */
    list(
      { chatId, order, since }: { chatId: string; order: 'newest' | 'oldest'; since: Date | undefined },
      page: Page,
    ): Promise<MessageDoc[]> {
      const filter = { chatId, ...(since ? { 'versions.arrivedAt': { $gte: since } } : {}) };
      return order === 'newest' ? listFromNewest(model, filter, page) : listFromOldest(model, filter, page);
    },

    /** Takes a message over into another chat. False when that chat has a message of this key. */
    async giveTo({ _id, chatId }: MessageDoc, to: string): Promise<boolean> {
      const give = () => changeOne(model, { _id, chatId }, { $set: { chatId: to } });
      return (await unlessTaken(give)) ?? false;
    },

    /** Removes the copy of a message that is in no entry. False when a version came to it since it was read. */
    async removeCopy({ _id, versions }: MessageDoc): Promise<boolean> {
      const done = await model.deleteOne({ _id, versions: { $size: versions.length } });
      return done.deletedCount === 1;
    },

    /** Notes on a message what its other copy told: a version that is known, routed and on the page. */
    async addTold(messageId: string, version: MessageVersion, entryId: string): Promise<void> {
      for (;;) {
        const message = await loadOne(model, messageId);
        const known = message?.versions.find(({ change }) => change === version.change);
        if (!message || known?.entryId) return;
        const routedAt = version.routedAt ?? new Date();
        const v = known?.v ?? message.versions.length;
        const $set = { 'versions.$[one].routedAt': routedAt, 'versions.$[one].entryId': entryId };
        const $push = { versions: { ...version, routedAt, entryId, v } };
        const isNoted = known
          ? await changeOne(model, { _id: messageId }, { $set }, [{ 'one.v': v }])
          : await changeOne(model, { _id: messageId, versions: { $size: v } }, { $push });
        if (isNoted) return;
      }
    },

    /** The message with the earliest time in these chats. */
    findOldest: (chatIds: readonly string[]): Promise<MessageDoc | null> =>
      findOne(model, { chatId: { $in: chatIds } }, { 'versions.sentAt': 1 }),

    loadMany: (messageIds: readonly string[]): Promise<MessageDoc[]> =>
      listPlain(model, { _id: { $in: [...messageIds] } }),

    ...createMessageBulk(model),

    loadExtent: (chatId: string): Promise<ChatExtent> => loadChatExtent(model, chatId),
  };
}
