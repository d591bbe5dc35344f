import { randomUUID } from 'node:crypto';
import { administrator } from '../../domain/access';
import type { OperationDoc } from '../../store/operations';
import { toLoggable } from '../../telemetry';
import type { ApiContext } from '../context';
import { changeLinks } from './change-links';
import { linkPlanned } from './link-planned';

const leaseMs = 60_000;
const lookEveryMs = 60_000;

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
}

/** Carries out operations on many links, one process each: one that dies loses its lease, and another goes on. */
export function createBulkRunner(context: ApiContext) {
  const { store, logger, stopped } = context;
  const holder = randomUUID();

  async function run(operation: OperationDoc): Promise<void> {
    const name = `bulk/${operation._id}`;
    if (!(await store.leases.take(name, holder, leaseMs))) return;
    try {
      await work(context, operation, () => store.leases.renew(name, holder, leaseMs));
    } finally {
      await store.leases.release(name, holder);
    }
  }

  async function goOn(): Promise<void> {
    for (const operation of await store.operations.listRunningBulk()) await run(operation);
  }

  const note = (error: unknown) => logger.warn(toLoggable(error), 'an operation on many links waits');
  const timer = setInterval(() => void goOn().catch(note), lookEveryMs);
  timer.unref();
  stopped?.addEventListener('abort', () => clearInterval(timer), { once: true });
  void goOn().catch(note);
  return { run: (operation: OperationDoc): void => void run(operation).catch(note) };
}
