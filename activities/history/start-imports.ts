import { activityInfo, getClient, log } from '@temporalio/activity';
import { findDueReading, usualDaysAtConnect } from '../../domain/history';
import { codeOfWord } from '../../domain/source/words';
import { toImportWorkflowId } from '../../domain/ids';
import type { AccountDoc } from '../../store/accounts';
import type { AccountHistoryDoc } from '../../store/history/marks';
import type { ImportDoc } from '../../store/history/imports';
import { historyImportWorkflowName, importPriorityOf, wakeImportSignal } from '../../workflows/messages';
import type { GapDoc } from '../../store/sources/gaps';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';
import { rulesOf } from './rules';

const runningAtOnce = 200;
const idOf = ({ _id }: { _id: string }): string => _id;

const isConnected = ({ sourceState }: AccountDoc): boolean =>
  sourceState !== null && codeOfWord(sourceState) === 'connected';

/** Starts the workflow of an import that runs, where it is lost. One whose source is back by its own word goes on at once. */
async function startWorkflow(doc: ImportDoc, isBack: boolean): Promise<void> {
  const { _id: importId, portalId } = doc;
  const { workflow } = getClient();
  const options = {
    workflowId: toImportWorkflowId(importId),
    taskQueue: activityInfo().taskQueue,
    args: [{ importId }],
    staticSummary: 'Reads what a WhatsApp source has of the past',
    priority: importPriorityOf(portalId),
  };
  if (doc.waitsFor === 'source' && isBack)
    await workflow.signalWithStart(historyImportWorkflowName, { ...options, signal: wakeImportSignal });
  else
    await workflow.start(historyImportWorkflowName, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' });
}

/** Whether the session works now, as it said last. One that began to work anew has missed something. */
async function followSession(
  { store }: ActivityDeps,
  account: AccountDoc,
  history: AccountHistoryDoc,
): Promise<AccountHistoryDoc> {
  const { _id, sourceSince, heartbeatAt } = account;
  const workingSince = isConnected(account) ? (sourceSince ?? heartbeatAt) : null;
  if (workingSince?.getTime() === history.workingSince?.getTime()) return history;
  await store.accountHistories.setWorkingSince(_id, workingSince);
  return { ...history, workingSince, nextReadAt: null };
}

/** A while after its session began to work, or its last gap ended, a source has what it missed. */
function findCaughtUp(
  { workingSince }: AccountHistoryDoc,
  gaps: readonly GapDoc[],
  catchUpMs: number,
): Date | null {
  if (workingSince === null) return null;
  const backAt = Math.max(workingSince.getTime(), ...gaps.map(({ to }) => to?.getTime() ?? 0));
  return new Date(backAt + catchUpMs);
}

/**
 * Begins the reading that an account is due for. The import is written first: one that dies behind it is found running by the next sweep. The
 * past of a new account is read once, and everything from here on is looked after by the readings of gaps.
 */
async function beginDue(deps: ActivityDeps, account: AccountDoc): Promise<void> {
  const { accountHistories, gaps, imports } = deps.store;
  const { _id: accountId, portalId } = account;
  const stored = await accountHistories.loadOrMake(accountId, portalId, usualDaysAtConnect);
  const history = await followSession(deps, account, stored);
  const open = await gaps.listToRead(accountId);
  const now = new Date();
  const rules = rulesOf(deps);
  const facts = { ...history, caughtUpAt: findCaughtUp(history, open, rules.catchUpMs) };
  const asked = { from: open.map(({ from }) => from), hasNew: open.some(({ askedAt }) => askedAt === null) };
  const due = findDueReading(facts, asked, rules, now);
  if (!due || (await imports.hasRunning(accountId, 'gap'))) return;
  const { kind, from, isFinal, nextReadAt } = due;
  const begun = await imports.begin({ portalId, accountId, kind, from, to: now, isFinal });
  if (kind === 'history') await accountHistories.moveReadUpTo(accountId, now);
  await accountHistories.setNextRead(accountId, nextReadAt);
  log.info('A reading of history begins', { accountId, importId: begun._id, kind, isFinal });
}

const forgottenMs = 7 * 24 * 3_600_000;
const filesAtOnce = 50;
const nobodyAnswered = 'Nobody went on with it within a week: import the file once more.';

/** Files that nobody goes on with are not kept for ever. First their bytes get a day, after which the sweep of files finds them unneeded. */
async function letGoOfFiles({ store }: ActivityDeps, portalId: string): Promise<void> {
  const before = new Date(Date.now() - forgottenMs);
  for (const { _id, fileHash } of await store.imports.listForgottenFiles(portalId, before, filesAtOnce)) {
    if (fileHash) await store.contents.hold(fileHash);
    await store.imports.letGoOfFile(_id, nobodyAnswered);
  }
}

/**
 * Looks after the history of a portal's accounts: what is due is begun, and every import that runs has its workflow. Safe to repeat; an account
 * that fails stops no other.
 */
export async function startImports(deps: ActivityDeps, portalId: string): Promise<void> {
  await letGoOfFiles(deps, portalId);
  const { accounts, imports } = deps.store;
  const readable = (await accounts.list()).filter(
    (account) => account.portalId === portalId && !account.removedAt && deps.historyOf?.(account),
  );
  await isolate(deps, {
    ...{ portalId, kind: 'account-history', items: readable, idOf, atOnce: 4 },
    work: (account) => beginDue(deps, account),
  });
  const running = await imports.listRunning(portalId, { after: null, limit: runningAtOnce });
  const back = new Set(readable.filter(isConnected).map(idOf));
  await isolate(deps, {
    ...{ portalId, kind: 'import', items: running, idOf, atOnce: 4 },
    work: (doc) => startWorkflow(doc, back.has(doc.accountId)),
  });
}
