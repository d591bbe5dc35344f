import { log } from '@temporalio/activity';
import { findChatByJid } from '../../store/chats/find-chat';
import { countFound } from '../../store/history/found';
import type { GapDoc } from '../../store/sources/gaps';
import type { ImportDoc } from '../../store/history/imports';
import { toProgress, type ImportProgress } from './progress';
import type { Run } from './run';

/** The stored chats in which the import read something. */
async function listReadChats({ deps: { store }, doc, account }: Run): Promise<string[]> {
  const jids = (await store.importChats.listOf(doc._id)).flatMap((chat) => chat.jids);
  const ids = new Set<string>();
  for (const jid of jids) {
    const chat = await findChatByJid(store, account, jid);
    if (chat) ids.add(chat._id);
  }
  return [...ids];
}

const isCovered = ({ from, to }: GapDoc, start: Date | null, end: Date): boolean =>
  to !== null && to <= end && (start === null || start <= from);

/** The gaps that this reading covers are closed when it was final and complete; else they were asked about, and stay open. */
async function closeGaps(run: Run, isComplete: boolean): Promise<void> {
  const { deps, doc } = run;
  const { gaps } = deps.store;
  const open = await gaps.listToRead(doc.accountId);
  const covered = open.filter((gap) => isCovered(gap, doc.from, doc.to));
  const chatIds = isComplete && covered.length > 0 ? await listReadChats(run) : [];
  for (const { _id, from, to } of covered) {
    await gaps.noteAsked(_id, doc.createdAt);
    if (!isComplete || to === null) continue;
    const found = await countFound(deps.store, chatIds, { from, to });
    if (await gaps.close(_id, found, new Date()))
      log.info('A gap is closed', { accountId: doc.accountId, gapId: _id, found });
  }
}

/** A final reading moves the account's mark; chats that could not be read keep their own, and are read from there next time. */
async function moveMarks({ deps: { store }, doc }: Run): Promise<void> {
  const { accountHistories, historyMarks, importChats } = store;
  const failed = await importChats.listFailed(doc._id);
  for (const { key, readTo, from } of failed) await historyMarks.hold(doc.accountId, key, readTo ?? from);
  await historyMarks.release(
    doc.accountId,
    failed.map(({ key }) => key),
  );
  await accountHistories.moveReadUpTo(doc.accountId, doc.to);
}

const failedNote = (failed: number, next: string): string => `${failed} chats could not be read; ${next}`;

/** A reading that a person asked for has failed with one of its chats, and is resumed by hand; one of a gap goes on with the next. */
function toEnd({ kind }: ImportDoc, failed: number): ['done' | 'failed', string | null] {
  if (failed === 0) return ['done', null];
  if (kind === 'gap') return ['done', failedNote(failed, 'they are tried again with the next reading.')];
  return ['failed', failedNote(failed, 'resume the import to try them again.')];
}

/**
 * The end of an import: marks, gaps, then its state: a crash before that does all of it again. Its chats go last; they name people, and
 * nobody needs them any more.
 */
export async function finishImport(run: Run, progress: ImportProgress): Promise<ImportProgress> {
  const { deps, doc } = run;
  const { imports, importChats } = deps.store;
  const { kind, isFinal, _id: importId } = doc;
  if (kind === 'gap') {
    if (isFinal) await moveMarks(run);
    await closeGaps(run, isFinal && progress.failed === 0);
  }
  const [state, reason] = toEnd(doc, progress.failed);
  if (await imports.finish(importId, state, reason)) {
    if (state === 'done') await importChats.removeOf(importId);
    const { done, total, messagesFound } = progress;
    log.info('An import has ended', { importId, state, done, total, messagesFound });
  }
  const ended = (await imports.load(importId)) ?? doc;
  return toProgress(ended, 'ended');
}
