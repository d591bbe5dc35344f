import { randomUUID } from 'node:crypto';
import { administrator } from '../../domain/access';
import type { LinkDoc } from '../../store/links/link-schema';
import type { BulkWish, OperationDoc } from '../../store/operations';
import { toLoggable } from '../../telemetry';
import type { ApiContext, AskedContext } from '../context';
import { parseInput } from '../http/endpoint';
import { toProblem } from '../http/errors-to-problems';
import { bulkFilter } from './bulk-filter';
import { readLinks } from '../links/link-filter';
import { takeStep } from './bulk-step';

const atOnce = 20;
const leaseMs = 60_000;
const lookEveryMs = 60_000;

/** The next links: of those named, the ones behind the last that was done; of a filter, the next page by their age. */
async function listNext(
  context: ApiContext,
  { ids, filter }: BulkWish,
  after: string | null,
): Promise<LinkDoc[]> {
  const { store } = context;
  if (ids === null) {
    const page = { after, limit: atOnce };
    return readLinks(context, { ...parseInput(bulkFilter, filter ?? {}), sort: 'newest' }, page);
  }
  const place = after === null ? 0 : ids.indexOf(after) + 1;
  const next = ids.slice(place, place + atOnce);
  const byId = new Map((await store.links.loadMany(next)).map((link) => [link._id, link]));
  return next.flatMap((id) => byId.get(id) ?? []);
}

/** The code of what leaves a link as it is; what no person expects ends the run, to be gone on with. */
async function refusalOf(context: AskedContext, link: LinkDoc, wish: BulkWish): Promise<string | null> {
  try {
    await takeStep(context, link, wish);
    return null;
  } catch (error) {
    const problem = toProblem(error);
    if (!problem || problem.code === 'store_unavailable') throw error;
    return problem.code;
  }
}

async function work(context: ApiContext, operation: OperationDoc, renew: () => Promise<void>): Promise<void> {
  const { store } = context;
  const { _id, bulk, who = administrator } = operation;
  if (!bulk) return store.operations.finish(_id, 'failed', 'It does not say what to do.');
  const asked = { ...context, who };
  let { done, after = null } = operation;
  const refused = { ...operation.refused };
  for (;;) {
    const links = await listNext(context, bulk, after);
    const last = links.at(-1);
    if (!last) break;
    const codes = await Promise.all(links.map((link) => refusalOf(asked, link, bulk)));
    for (const code of codes) if (code !== null) refused[code] = (refused[code] ?? 0) + 1;
    done += links.length;
    after = last._id;
    // A process that dies before this does the last links again, which changes nothing.
    await store.operations.moveBulk(_id, { done, total: Math.max(operation.total, done), after, refused });
    await renew();
  }
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
