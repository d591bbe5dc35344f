import type { Model } from 'mongoose';
import { newId } from '../connection';
import { changeAndLoad, changeOne, findOne, insertOne, listAll } from '../queries';
import type { ImportDoc, ImportFile, ImportState } from './import-schema';

export type NewFileImport = Pick<ImportDoc, 'portalId' | 'accountId'> & {
  file: ImportFile;
  fileHash: string;
};

/** How far a piece of a file brought its import. */
interface FileAdvance {
  done: number;
  read: number;
  found: number;
}

const stateOf = ({ question }: ImportFile): ImportState => (question === null ? 'running' : 'question');
const open: ImportState[] = ['running', 'question'];

/** Imports of chats that were exported from a phone. `done` and `total` count their messages. */
export const createFileImports = (model: Model<ImportDoc>) => ({
  /** A new import, after its bytes are stored; its workflow is started after this, by the caller or by the sweep. */
  beginFile: ({ file, ...fresh }: NewFileImport): Promise<ImportDoc> =>
    insertOne<ImportDoc>(model, {
      ...{ _id: newId(), kind: 'file', state: stateOf(file), file, ...fresh, from: null, to: new Date() },
      ...{ isFinal: false, chats: null, linkId: null, listedTo: 0, isListed: true, createdAt: new Date() },
      ...{ done: 0, total: file.facts.pieces, failed: 0, messagesRead: 0, messagesFound: 0 },
    }),

  /** The same file at the same account, that is not done with: the same again answers with it. */
  findOpenFile: (accountId: string, fileHash: string): Promise<ImportDoc | null> =>
    findOne(model, { fileHash, accountId, state: { $in: open } }),

  /** Something was said of it. Null: it does not ask any more. */
  answerFile: (importId: string, file: ImportFile): Promise<ImportDoc | null> =>
    changeAndLoad<ImportDoc>(
      model,
      { _id: importId, state: 'question' },
      { $set: { file, state: stateOf(file) } },
    ),

  /** Moves the place on, after what stands before it is stored. False: another attempt moved it first. */
  advanceFile: (
    { _id, done: before }: Pick<ImportDoc, '_id' | 'done'>,
    { done, read, found }: FileAdvance,
  ): Promise<boolean> =>
    changeOne(
      model,
      { _id, done: before },
      { $set: { done }, $inc: { messagesRead: read, messagesFound: found } },
    ),

  /** Files that wait for somebody, or for being resumed, since long. */
  listForgottenFiles: (portalId: string, before: Date, limit: number): Promise<ImportDoc[]> =>
    listAll(
      model,
      {
        portalId,
        state: { $in: ['question', 'cancelled', 'failed'] },
        fileHash: { $ne: null },
        createdAt: { $lt: before },
      },
      { sort: { _id: 1 }, limit },
    ),

  /** Its bytes and the names in it are not kept any more; one that still asks has failed. */
  async letGoOfFile(importId: string, reason: string): Promise<void> {
    const asking = { _id: importId, state: 'question' as const };
    await model.updateOne(asking, { $set: { state: 'failed', reason, endedAt: new Date() } });
    await model.updateOne({ _id: importId }, { $set: { file: null, fileHash: null } });
  },

  /** Whether a chat was ever brought as a file at one of these accounts. */
  hasFilesOf: async (accountIds: readonly string[]): Promise<boolean> =>
    (await model.exists({ accountId: { $in: [...accountIds] }, kind: 'file' })) !== null,

  hasFile: async (hash: string): Promise<boolean> => (await model.exists({ fileHash: hash })) !== null,
});
