import { administrator } from '../../domain/access';
import type { OperationDoc } from '../../store/operations';
import { carryOn, type Carrier } from '../carry-on';
import type { ApiContext } from '../context';
import { changeLinks } from './change-links';
import { linkPlanned } from './link-planned';

async function work(context: ApiContext, operation: OperationDoc, renew: () => Promise<void>): Promise<void> {
  const { store } = context;
  const { _id, bulk, who = administrator } = operation;
  if (!bulk) return store.operations.finish(_id, 'failed', 'It does not say what to do.');
  const { action } = bulk;
  const workOff = action === 'link' ? linkPlanned : changeLinks({ ...bulk, action });
  let { done, after = null } = operation;
  const refused = { ...operation.refused };
  do {
    const portion = await workOff({ ...context, who }, operation, after);
    for (const code of portion.refused) refused[code] = (refused[code] ?? 0) + 1;
    done += portion.count;
    after = portion.after;
    // A process that dies before this does the last portion again, which changes nothing.
    const total = operation.total === 0 ? 0 : Math.max(operation.total, done);
    await store.operations.moveBulk(_id, { done, total, after, refused });
    await renew();
  } while (after !== null);
  await store.operations.moveBulk(_id, { done, total: done, after, refused });
  await store.operations.finish(_id, 'done', null);
  // What the dry run said is done.
  if (action === 'link') await store.operations.dropReports(operation.portalId, 'link-plan');
}

/** Carries out operations on many links. */
export const createBulkRunner = (context: ApiContext): Carrier =>
  carryOn(context, {
    name: 'bulk',
    listRunning: () => context.store.operations.listRunningBulk(),
    work: (operation, renew) => work(context, operation, renew),
  });
