import { setTimeout as sleep } from 'node:timers/promises';
import type { Who } from '../../domain/access';
import type { OperationDoc, ReportName } from '../../store/operations';
import type { Carrier } from '../carry-on';
import { choosePortal } from '../choose-portal';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';

/** So long a result is answered to everybody who asks. */
const freshMs = 600_000;
/** So long whoever asks waits, unless given, for one that is worked out now: a small portal's is there by then. */
const usualWaitMs = 10_000;
const lookEveryMs = 100;

export interface Asked {
  name: ReportName;
  portalId: string | undefined;
  who: Who;
}

async function begin(
  { store }: ApiContext,
  runner: Carrier,
  { name, portalId, who }: Asked & { portalId: string },
): Promise<OperationDoc> {
  const operation = await store.operations.beginReport(portalId, name, who);
  runner.run(operation);
  return operation;
}

/** Begins a report, or joins the one under way. */
export async function beginReport(context: ApiContext, runner: Carrier, asked: Asked): Promise<OperationDoc> {
  const { _id: portalId } = await choosePortal(context.store, asked.portalId);
  return begin(context, runner, { ...asked, portalId });
}

/** The last result while it is fresh and nobody asked for another; else a new one, as far as it is within ten seconds. Throws what it failed for. */
export async function findResult(context: ApiContext, runner: Carrier, asked: Asked): Promise<OperationDoc> {
  const { operations } = context.store;
  const { linkWaitMs: waitMs = usualWaitMs } = context;
  const { _id: portalId } = await choosePortal(context.store, asked.portalId);
  const running = await operations.findRunningReport(portalId, asked.name);
  const last = await operations.findLastReport(portalId, asked.name);
  if (!running && last && timeOf(last).getTime() > Date.now() - freshMs) return last;
  const begun = await begin(context, runner, { ...asked, portalId });
  const untilMs = performance.now() + waitMs;
  for (;;) {
    const now = (await operations.load(begun._id)) ?? begun;
    if (now.state === 'failed') throw new Problem('portal_refused', { detail: now.reason ?? '' });
    const waits = now.state === 'running' && now.reason === null;
    if (!waits || performance.now() > untilMs) return now;
    await sleep(lookEveryMs);
  }
}

/** The time of a result. */
export const timeOf = ({ updatedAt, createdAt }: OperationDoc): Date => updatedAt ?? createdAt;
