import { administrator } from '../../domain/access';
import type { BulkWish, OperationDoc } from '../../store/operations';
import { carryOn, type Carrier } from '../carry-on';
import type { ApiContext } from '../context';
import { changeLinks } from './change-links';
import { linkPlanned } from './link-planned';
import { linkRows } from './link-rows';
import type { WorkOff } from './portion';
import { undoLinks } from './undo-links';

/** Rows that are not all there after so long never come: whoever sent them got no answer. */
const rowsWithinMs = 120_000;

function toWorkOff({ action, ...wish }: BulkWish): WorkOff {
  if (action === 'link') return linkPlanned;
  if (action === 'import') return linkRows;
  if (action === 'undo') return undoLinks({ ...wish, action });
  return changeLinks({ ...wish, action });
}

const count = (counts: Record<string, number>, names: readonly string[]): void => {
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
};

/** Whether its rows are all saved. The process that saves them may have died: then it fails, and nobody was linked. */
async function hasRows({ store }: ApiContext, { _id, bulk, createdAt }: OperationDoc): Promise<boolean> {
  if (bulk?.action !== 'import' || (await store.linkRows.countOf(_id)) === bulk.rows) return true;
  if (Date.now() - createdAt.getTime() > rowsWithinMs) {
    await store.operations.finish(_id, 'failed', 'The list was not saved as a whole. Send it again.');
    await store.linkRows.forget(_id);
  }
  return false;
}

/** False: it was cancelled meanwhile. */
async function workThrough(
  context: ApiContext,
  operation: OperationDoc,
  bulk: BulkWish,
  renew: () => Promise<void>,
): Promise<boolean> {
  const { store } = context;
  const { _id, who = administrator } = operation;
  const workOff = toWorkOff(bulk);
  let { done, after = null } = operation;
  const refused = { ...operation.refused };
  const outcomes = { ...operation.outcomes };
  do {
    const portion = await workOff({ ...context, who }, operation, after);
    count(refused, portion.refused);
    count(outcomes, portion.outcomes ?? []);
    done += portion.count;
    after = portion.after;
    // A process that dies before this does the last portion again, which changes nothing.
    const total = operation.total === 0 ? 0 : Math.max(operation.total, done);
    if (!(await store.operations.moveBulk(_id, { done, total, after, refused, outcomes }))) return false;
    await renew();
  } while (after !== null);
  await store.operations.moveBulk(_id, { done, total: done, after, refused, outcomes });
  await store.operations.finish(_id, 'done', null);
  return true;
}

async function work(context: ApiContext, operation: OperationDoc, renew: () => Promise<void>): Promise<void> {
  const { store } = context;
  // What was listed a while ago may be over, or further: another process had its lease.
  const now = await store.operations.load(operation._id);
  if (now?.state !== 'running') return;
  if (!now.bulk) return store.operations.finish(now._id, 'failed', 'It does not say what to do.');
  if (!(await hasRows(context, now))) return;
  const isDone = await workThrough(context, now, now.bulk, renew);
  if (now.bulk.action === 'import' && !isDone) await store.linkRows.forget(now._id);
  // What the dry run said is done.
  if (now.bulk.action === 'link') await store.operations.dropReports(now.portalId, 'link-plan');
}

/** Carries out operations on many links. */
export const createBulkRunner = (context: ApiContext): Carrier =>
  carryOn(context, {
    name: 'bulk',
    listRunning: () => context.store.operations.listRunningBulk(),
    work: (operation, renew) => work(context, operation, renew),
  });
