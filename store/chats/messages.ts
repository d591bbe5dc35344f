import type { Connection } from 'mongoose';
import { isDuplicateKey, newId } from '../connection';
import { messageSchema, type MessageDoc, type MessageVersion } from './message-schema';

export type { MessageDoc, MessageVersion } from './message-schema';

export type NewVersion = Omit<MessageVersion, 'v' | 'routedAt' | 'entryId'>;
export type NewMessage = Omit<MessageDoc, '_id' | 'versions'>;

export function createMessages(connection: Connection) {
  const model = connection.model('Message', messageSchema, 'messages');
  const fresh = (version: NewVersion, v: number): MessageVersion => ({
    ...version,
    v,
    routedAt: null,
    entryId: null,
  });

  const find = (chatId: string, key: string): Promise<MessageDoc | null> =>
    model.findOne({ chatId, key }).lean<MessageDoc>().exec();

  async function insert(message: NewMessage, version: NewVersion): Promise<MessageDoc | null> {
    try {
      const made = await model.create({ _id: newId(), ...message, versions: [fresh(version, 0)] });
      return made.toObject<MessageDoc>();
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

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
        const told = saved.versions.find(({ change }) => change === version.change);
        if (told) return { message: saved, version: told, isNew: known === null };
        const next = fresh(version, saved.versions.length);
        const done = await model.updateOne(
          { _id: saved._id, versions: { $size: saved.versions.length } },
          { $push: { versions: next } },
        );
        if (done.modifiedCount === 1) return { message: saved, version: next, isNew: true };
      }
    },

    find,

    /** Marks a version as routed: the last write of its ingest. */
    async markRouted(messageId: string, v: number, at: Date): Promise<void> {
      await model.updateOne(
        { _id: messageId },
        { $set: { 'versions.$[version].routedAt': at } },
        { arrayFilters: [{ 'version.v': v, 'version.routedAt': null }] },
      );
    },

    /** Names the entry that told these versions. */
    async stamp(items: readonly { messageId: string; v: number }[], entryId: string): Promise<void> {
      if (items.length === 0) return;
      await model.bulkWrite(
        items.map(({ messageId, v }) => ({
          updateOne: {
            filter: { _id: messageId },
            update: { $set: { 'versions.$[version].entryId': entryId } },
            arrayFilters: [{ 'version.v': v }],
          },
        })),
        { ordered: false },
      );
    },

    /** Messages with a version that arrived before `before` and was not routed: ingest died in between. */
    listUnrouted: (portalId: string, before: Date, limit: number): Promise<MessageDoc[]> =>
      model
        .find({ portalId, versions: { $elemMatch: { routedAt: null, arrivedAt: { $lt: before } } } })
        .limit(limit)
        .lean<MessageDoc[]>()
        .exec(),

    /** A chat's messages in the order they were stored, a page at a time. */
    listOfChat: (chatId: string, after: string | null, limit: number): Promise<MessageDoc[]> =>
      model
        .find({ chatId, ...(after === null ? {} : { _id: { $gt: after } }) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<MessageDoc[]>()
        .exec(),

    /** Takes a message over into another chat. False when that chat has a message of this key. */
    async giveTo({ _id, chatId }: MessageDoc, to: string): Promise<boolean> {
      try {
        const done = await model.updateOne({ _id, chatId }, { $set: { chatId: to } });
        return done.modifiedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /**
     * Removes one of two copies of a message: the one that is in no entry. False when a version came to it since it was
     * read.
     */
    async removeCopy({ _id, versions }: MessageDoc): Promise<boolean> {
      const done = await model.deleteOne({ _id, versions: { $size: versions.length } });
      return done.deletedCount === 1;
    },

    /** Notes on a message what its other copy told: a version that is known, routed and on the page. */
    async addTold(messageId: string, version: MessageVersion, entryId: string): Promise<void> {
      for (;;) {
        const message = await model.findById(messageId).lean<MessageDoc>().exec();
        const known = message?.versions.find(({ change }) => change === version.change);
        if (!message || known?.entryId) return;
        const told = { routedAt: version.routedAt ?? new Date(), entryId };
        const v = known?.v ?? message.versions.length;
        const done = known
          ? await model.updateOne(
              { _id: messageId },
              { $set: { 'versions.$[one].routedAt': told.routedAt, 'versions.$[one].entryId': entryId } },
              { arrayFilters: [{ 'one.v': v }] },
            )
          : await model.updateOne(
              { _id: messageId, versions: { $size: v } },
              { $push: { versions: { ...version, ...told, v } } },
            );
        if (done.modifiedCount === 1) return;
      }
    },

    /** The message with the earliest time in these chats. */
    findOldest: (chatIds: readonly string[]): Promise<MessageDoc | null> =>
      model
        .findOne({ chatId: { $in: chatIds } })
        .sort({ 'versions.sentAt': 1 })
        .lean<MessageDoc>()
        .exec(),

    loadMany: (messageIds: readonly string[]): Promise<MessageDoc[]> =>
      model
        .find({ _id: { $in: messageIds } })
        .lean<MessageDoc[]>()
        .exec(),
  };
}
