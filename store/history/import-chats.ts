import { Schema, type Connection } from 'mongoose';
import { changeMany } from '../bulk';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { changeAndLoad, listAll } from '../queries';
import type { ImportCounts } from './imports';

/** One chat of an import and how far it is read. It goes away when the import has ended. */
export interface ImportChatDoc {
  _id: string;
  importId: string;
  /** The person (`person/<id>`), or the address where nobody is known by it. */
  key: string;
  /** Its WhatsApp addresses: one person may be listed by phone and by LID. */
  jids: string[];
  state: 'waiting' | 'done' | 'failed';
  from: Date;
  /** Everything up to then is read; null: nothing is. */
  readTo: Date | null;
  /** How much of its time fitted in one piece last; null: not known. */
  widthMs: number | null;
  messagesRead: number;
  messagesFound: number;
  /** Failures in a row; it is left alone until `nextAt`. */
  tries: number;
  nextAt: Date | null;
}

const importChatSchema = new Schema<ImportChatDoc>(
  {
    _id: String,
    ...required(String, 'importId', 'key', 'state'),
    jids: [String],
    ...required(Date, 'from'),
    ...orNull(Date, 'readTo', 'nextAt'),
    ...orNull(Number, 'widthMs'),
    ...required(Number, 'messagesRead', 'messagesFound', 'tries'),
  },
  { versionKey: false },
)
  .index({ importId: 1, key: 1 }, { unique: true })
  .index({ importId: 1, state: 1, _id: 1 });

export interface ListedChat {
  key: string;
  jids: string[];
  from: Date;
}

/** A piece of a chat's past was read. */
export interface Advance {
  readTo: Date;
  widthMs: number;
  read: number;
  found: number;
}

export function createImportChats(connection: Connection) {
  const model = connection.model<ImportChatDoc>('ImportChat', importChatSchema, 'import_chats');
  return {
    model,
    /** Takes listed chats over, each once; one that is known learns its other addresses. Gives how many were new. */
    async add(importId: string, chats: readonly ListedChat[]): Promise<number> {
      if (chats.length === 0) return 0;
      const fresh = { importId, state: 'waiting', readTo: null, widthMs: null, nextAt: null } as const;
      const counts = { messagesRead: 0, messagesFound: 0, tries: 0 };
      const done = await model.bulkWrite(
        chats.map(({ key, jids, from }) => ({
          updateOne: {
            filter: { importId, key },
            update: {
              $setOnInsert: { _id: newId(), ...fresh, ...counts },
              $addToSet: { jids: { $each: jids } },
              $min: { from },
            },
            upsert: true,
          },
        })),
      );
      return done.upsertedCount;
    },
    /** Those that are not read to their end, in the order they were listed. */
    listWaiting: (importId: string, limit: number): Promise<ImportChatDoc[]> =>
      listAll(model, { importId, state: 'waiting' }, { sort: { _id: 1 }, limit }),
    listFailed: (importId: string): Promise<ImportChatDoc[]> =>
      listAll(model, { importId, state: 'failed' }, { sort: { _id: 1 } }),
    /** Those in which something was read, to count what was found in a gap. */
    listOf: (importId: string): Promise<ImportChatDoc[]> =>
      listAll(model, { importId, messagesRead: { $gt: 0 } }, { sort: { key: 1 } }),
    /** Moves the place on. Null: another attempt moved it first. */
    advance: ({ _id, readTo: before }: ImportChatDoc, { readTo, widthMs, read, found }: Advance) =>
      changeAndLoad(
        model,
        { _id, readTo: before, state: 'waiting' },
        {
          $set: { readTo, widthMs, tries: 0, nextAt: null },
          $inc: { messagesRead: read, messagesFound: found },
        },
      ),
    /** The piece had too much in it. */
    narrow: ({ _id, readTo }: ImportChatDoc, widthMs: number): Promise<ImportChatDoc | null> =>
      changeAndLoad(model, { _id, readTo, state: 'waiting' }, { $set: { widthMs } }),
    async markDone(chatId: string): Promise<void> {
      await model.updateOne({ _id: chatId, state: 'waiting' }, { $set: { state: 'done' } });
    },
    /** One more failure; with `nextAt` null it was the last one. */
    async noteFailure({ _id, tries }: ImportChatDoc, nextAt: Date | null): Promise<void> {
      const state = nextAt === null ? 'failed' : 'waiting';
      await model.updateOne({ _id, tries }, { $set: { state, nextAt, tries: tries + 1 } });
    },
    /** Failed chats of a resumed import are tried again. */
    async retryFailed(importId: string): Promise<void> {
      const changes = [
        {
          updateMany: {
            filter: { importId, state: 'failed' as const },
            update: { $set: { state: 'waiting' as const, tries: 0, nextAt: null } },
          },
        },
      ];
      await changeMany(model, changes);
    },
    async countAll(importId: string): Promise<ImportCounts> {
      const sum = (of: string) => ({ $sum: of });
      const isState = (state: string) => ({ $sum: { $cond: [{ $eq: ['$state', state] }, 1, 0] } });
      const [counts] = await model.aggregate<ImportCounts>([
        { $match: { importId } },
        {
          $group: {
            _id: null,
            total: { $sum: 1 },
            done: isState('done'),
            failed: isState('failed'),
            messagesRead: sum('$messagesRead'),
            messagesFound: sum('$messagesFound'),
          },
        },
        { $project: { _id: 0 } },
      ]);
      return counts ?? { done: 0, total: 0, failed: 0, messagesRead: 0, messagesFound: 0 };
    },
    async removeOf(importId: string): Promise<void> {
      await model.deleteMany({ importId });
    },
  };
}
