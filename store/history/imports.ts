import type { Connection } from 'mongoose';
import { newId } from '../connection';
import {
  changeOne,
  findOne,
  insertOne,
  listFromNewest,
  listFromOldest,
  loadOne,
  type Page,
} from '../queries';
import { createFileImports } from './file-imports';
import { importSchema, type ImportDoc, type ImportState } from './import-schema';

export type { ImportDoc } from './import-schema';

export type NewImport = Pick<ImportDoc, 'portalId' | 'accountId' | 'kind' | 'from' | 'to'> &
  Partial<Pick<ImportDoc, 'isFinal' | 'chats' | 'linkId'>>;

export type ImportCounts = Pick<ImportDoc, 'done' | 'total' | 'failed' | 'messagesRead' | 'messagesFound'>;

const nothingYet = { done: 0, total: 0, failed: 0, messagesRead: 0, messagesFound: 0 };
const running = 'running' as const;

export function createImports(connection: Connection) {
  const model = connection.model<ImportDoc>('Import', importSchema, 'imports');
  const change = (importId: string, from: ImportState[], $set: Partial<ImportDoc>): Promise<boolean> =>
    changeOne(model, { _id: importId, state: { $in: from } }, { $set });
  return {
    model,
    /** A new import, which runs from here on; its workflow is started after this, by the caller or by the sweep. */
    begin: (fresh: NewImport): Promise<ImportDoc> =>
      insertOne<ImportDoc>(model, {
        ...{ _id: newId(), state: running, isFinal: false, chats: null, linkId: null, ...fresh },
        ...{ ...nothingYet, listedTo: 0, isListed: false, createdAt: new Date() },
      }),
    ...createFileImports(model),
    load: (importId: string): Promise<ImportDoc | null> => loadOne(model, importId),
    /** The import whose turn it is among those that ask an account's source: what it missed before its past, and else the oldest. */
    findFirst: (accountId: string): Promise<ImportDoc | null> =>
      findOne(model, { accountId, state: running, kind: { $in: ['gap', 'history'] } }, { kind: 1, _id: 1 }),
    hasRunning: async (accountId: string, kind: ImportDoc['kind']): Promise<boolean> =>
      (await model.exists({ accountId, state: running, kind })) !== null,
    listRunning: (portalId: string, page: Page): Promise<ImportDoc[]> =>
      listFromOldest(model, { portalId, state: running }, page),
    /** A page, newest first. */
    list: (
      filter: {
        accountId?: string | undefined;
        state?: ImportState | undefined;
        linkId?: string | undefined;
      },
      page: Page,
    ): Promise<ImportDoc[]> => listFromNewest<ImportDoc>(model, filter, page),

    /** How far the list of chats was read; it never goes back. The chats that were asked for by name are kept no longer than that. */
    async noteListed(importId: string, listedTo: number, isListed: boolean): Promise<void> {
      const $set = isListed ? { isListed, chats: null } : { isListed };
      await model.updateOne({ _id: importId, isListed: false }, { $max: { listedTo }, $set });
    },
    async saveCounts(importId: string, counts: ImportCounts): Promise<void> {
      await model.updateOne({ _id: importId }, { $set: counts });
    },
    /** What a running import waits for; nulls: it goes on. */
    async noteWait(
      importId: string,
      waitsFor: ImportDoc['waitsFor'],
      reason: string | null = null,
    ): Promise<void> {
      await model.updateOne({ _id: importId, state: running }, { $set: { waitsFor, reason } });
    },
    /** False: it does not run any more. */
    finish: (importId: string, state: 'done' | 'failed', reason: string | null): Promise<boolean> =>
      change(importId, [running], { state, reason, waitsFor: null, endedAt: new Date() }),
    cancel: (importId: string): Promise<boolean> =>
      change(importId, [running, 'question'], { state: 'cancelled', waitsFor: null, endedAt: new Date() }),
    /** Goes on where it stopped; a file of which something is still to be said asks again. */
    resume: (importId: string, state: 'running' | 'question' = running): Promise<boolean> =>
      change(importId, ['cancelled', 'failed'], { state, reason: null, endedAt: null }),
  };
}
