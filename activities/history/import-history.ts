import { Context } from '@temporalio/activity';
import { beginningOfWhatsApp } from '../../domain/history';
import type { AccountDoc } from '../../store/accounts';
import { waitsForLabels } from '../../store/sources/label-state';
import type { ImportDoc } from '../../store/history/imports';
import { SourceAwayError, SourceRefusedError, type HistorySource } from '../../whatsapp/history-source';
import type { ActivityDeps } from '../deps';
import { finishImport } from './finish-import';
import { importFile } from './import-file';
import { listChats } from './list-chats';
import { saveProgress, toProgress, type ImportProgress } from './progress';
import { readChats } from './read-chats';
import { rulesOf } from './rules';
import type { Run } from './run';

/** A step ends after so long: another import of the account may be more urgent, and a worker must be able to stop. */
const stepMs = 20_000;

/** Why an import cannot go on at all, or the account that it is of. */
async function findAccount({ store }: ActivityDeps, doc: ImportDoc) {
  const [account, portal] = await Promise.all([
    store.accounts.load(doc.accountId),
    store.portals.load(doc.portalId),
  ]);
  if (!account || account.removedAt) return { reason: 'The account was deleted.' };
  if (!portal || portal.disconnectedAt !== null) return { reason: 'The portal was disconnected.' };
  return { account };
}

async function fail(deps: ActivityDeps, doc: ImportDoc, reason: string): Promise<ImportProgress> {
  await deps.store.imports.finish(doc._id, 'failed', reason);
  return toProgress({ ...doc, state: 'failed' }, 'ended');
}

function toIsOver(): () => boolean {
  const { cancellationSignal: signal } = Context.current();
  const untilMs = performance.now() + stepMs;
  return () => signal.aborted || performance.now() > untilMs;
}

function toRun(deps: ActivityDeps, doc: ImportDoc, account: AccountDoc, source: HistorySource): Run {
  const { cancellationSignal: signal } = Context.current();
  const { overlapMs } = rulesOf(deps);
  const usual = doc.from ?? beginningOfWhatsApp;
  const from = (mark: Date | null) => {
    const lags = mark === null ? usual : new Date(mark.getTime() - overlapMs);
    return lags < usual ? lags : usual;
  };
  return { deps, doc, account, source, signal, from, isOver: toIsOver() };
}

async function work(run: Run): Promise<ImportProgress> {
  const { deps, doc } = run;
  await deps.store.imports.noteWait(doc._id, null);
  const isListed = await listChats(run);
  const left = isListed ? await readChats(run) : 'more';
  const progress = await saveProgress(deps, doc, left === 'chats' ? 'chats' : 'more');
  return left === 'nothing' ? finishImport(run, progress) : progress;
}

/**
 * One step of an import: it takes over the list of chats, then reads chat by chat, for a bounded time. Everything it does may be done again:
 * places move after what they stand for is stored, and a message that is known stays as it is.
 */
export async function importHistory(deps: ActivityDeps, importId: string): Promise<ImportProgress | null> {
  const { imports } = deps.store;
  const doc = await imports.load(importId);
  if (!doc) return null;
  if (doc.state !== 'running') {
    // A step that died behind the end of its import had this left to do.
    if (doc.state === 'done') await deps.store.importChats.removeOf(importId);
    return toProgress(doc, 'ended');
  }
  // A file asks nobody, and waits for nobody.
  const first = doc.kind === 'file' ? null : await imports.findFirst(doc.accountId);
  if (first && first._id !== importId) {
    await imports.noteWait(importId, 'turn', 'Another reading of this account goes first.');
    return toProgress(doc, 'turn');
  }
  const found = await findAccount(deps, doc);
  if ('reason' in found) return fail(deps, doc, found.reason);
  const { account } = found;
  if (waitsForLabels(account)) {
    await imports.noteWait(importId, 'source', 'The labels of this account’s chats are to be read first.');
    return saveProgress(deps, doc, 'source');
  }
  if (doc.kind === 'file') return importFile({ deps, doc, account, isOver: toIsOver() });
  const source = deps.historyOf?.(account);
  if (!source) return fail(deps, doc, 'This account has no source whose history can be read.');
  try {
    return await work(toRun(deps, doc, account, source));
  } catch (error) {
    if (!(error instanceof SourceAwayError) && !(error instanceof SourceRefusedError)) throw error;
    await imports.noteWait(importId, 'source', error.advice);
    return saveProgress(deps, doc, 'source');
  }
}
