import type { OperationDoc, ReportName } from '../../store/operations';
import { carryOn, type Carrier } from '../carry-on';
import type { ApiContext } from '../context';
import { toProblem } from '../http/errors-to-problems';
import { linkPlan } from './link-plan';
import { phoneQuality } from './phone-quality';
import type { Report } from './report';

export const reports: Record<ReportName, Report> = {
  'link-plan': linkPlan,
  'phone-quality': phoneQuality,
};

/** Names and numbers are in it: it is kept while it may be looked through, and no longer. */
export const keptMs = 3_600_000;

/** Where a report goes on. */
interface Place {
  /** Portions so far. */
  count: number;
  key: string | null;
  isRead: boolean;
}

const readPlace = ({ after }: OperationDoc): Place =>
  after ? (JSON.parse(after) as Place) : { count: 0, key: null, isRead: false };

/** What was saved of a report that was cancelled meanwhile goes with it. */
async function workOut(
  context: ApiContext,
  operation: OperationDoc,
  renew: () => Promise<void>,
): Promise<void> {
  const { store } = context;
  const { _id: operationId, portalId, report: name } = operation;
  if (!name) return store.operations.finish(operationId, 'failed', 'It does not say which report it is.');
  const report = reports[name];
  let { done } = operation;
  let { count, key, isRead } = readPlace(operation);
  while (!isRead) {
    const portion = await report.next(context, operation, key);
    await store.reports.save({
      operationId,
      portalId,
      part: report.part,
      place: count,
      items: portion.items,
    });
    done += portion.looked;
    count += 1;
    key = portion.after;
    isRead = key === null;
    // A process that dies before this works the last portion out again, which takes the place of the first.
    const after = JSON.stringify({ count, key, isRead } satisfies Place);
    const goesOn = await store.operations.moveReport(operationId, { done, after, reason: null });
    if (!goesOn) return store.reports.remove(operationId);
    await renew();
  }
  await report.join?.(context, operation);
  if (!(await store.operations.endReport(operationId, 'done', null))) await store.reports.remove(operationId);
}

/** A portal that is away for a while is waited for; a refusal that stands ends the report with its reason. */
async function explain({ store }: ApiContext, operationId: string, error: unknown): Promise<void> {
  const problem = toProblem(error);
  if (!problem || problem.code === 'store_unavailable') throw error;
  const reason = problem.detail ?? problem.message;
  if (problem.status === 503) {
    await store.operations.moveReport(operationId, { reason: `${reason}; it goes on by itself.` });
    throw error;
  }
  await store.operations.endReport(operationId, 'failed', reason);
  await store.reports.remove(operationId);
}

/** Carries out reports, and forgets what they found when it is old. */
export const createReportRunner = (context: ApiContext): Carrier =>
  carryOn(context, {
    name: 'report',
    listRunning: async () => {
      const running = await context.store.operations.listRunningReports();
      const before = new Date(Date.now() - keptMs);
      await context.store.reports.removeOld(
        before,
        running.map(({ _id }) => _id),
      );
      return running;
    },
    work: async (operation, renew) => {
      const latest = await context.store.operations.load(operation._id);
      if (latest?.state !== 'running') return;
      await workOut(context, latest, renew).catch((error: unknown) => explain(context, latest._id, error));
    },
  });
