import { Schema, type Connection } from 'mongoose';
import type { MessageEvent, MessageKind } from '../domain/message';
import { isDuplicateKey, newId } from './connection';

/** One telling of a message: the original, an edit, a revoke or a reaction. `v` is its index and never changes. */
export interface MessageVersion {
  v: number;
  /** `create`, or `<event>:<id of the change>`: what a redelivery is recognised by. */
  change: string;
  event: MessageEvent;
  /** Who did it: a reaction to our message may be theirs. */
  fromMe: boolean;
  senderName: string | null;
  kind: MessageKind;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  sentAt: Date;
  arrivedAt: Date;
  /** Set last by ingest: everything that had to follow from this version is stored. */
  routedAt: Date | null;
  /** The entry that told it on the contact's page. */
  entryId: string | null;
}

/** A message with all its versions. `key` is unique in its chat. */
export interface MessageDoc {
  _id: string;
  portalId: string;
  chatId: string;
  accountId: string;
  key: string;
  stanzaId: string;
  fromMe: boolean;
  senderPersonId: string | null;
  versions: MessageVersion[];
}

const versionSchema = new Schema<MessageVersion>(
  {
    v: { type: Number, required: true },
    change: { type: String, required: true },
    event: { type: String, required: true },
    fromMe: { type: Boolean, required: true },
    senderName: { type: String, default: null },
    kind: { type: String, required: true },
    text: { type: String, default: null },
    fileName: { type: String, default: null },
    quotedText: { type: String, default: null },
    forwarded: { type: Boolean, required: true },
    sentAt: { type: Date, required: true },
    arrivedAt: { type: Date, required: true },
    routedAt: { type: Date, default: null },
    entryId: { type: String, default: null },
  },
  { _id: false },
);
const messageSchema = new Schema<MessageDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    chatId: { type: String, required: true },
    accountId: { type: String, required: true },
    key: { type: String, required: true },
    stanzaId: { type: String, required: true },
    fromMe: { type: Boolean, required: true },
    senderPersonId: { type: String, default: null },
    versions: [versionSchema],
  },
  { versionKey: false },
)
  .index({ chatId: 1, key: 1 }, { unique: true })
  .index({ portalId: 1, 'versions.routedAt': 1 });

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

    /** Removes one of two copies of a message: the one that is in no entry. */
    async removeCopy(messageId: string): Promise<void> {
      await model.deleteOne({ _id: messageId });
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
