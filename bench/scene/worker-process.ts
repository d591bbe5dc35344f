import { activityInfo } from '@temporalio/activity';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  type ActivityInboundCallsInterceptor,
} from '@temporalio/worker';
import type { ActivityDeps, BackupSettings } from '../../activities';
import type { RequestMetrics } from '../../bitrix24/rest/client';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { openStore, type Store } from '../../store/store';
import { createWorker, type WorkerOptions } from '../../worker/create-worker';
import { noteLooks } from '../chaos/noted-looks';
import { noteRequests } from '../chaos/noted-requests';
import { createNotes } from '../peers/body/notes';
import { setClockAhead } from './skewed-clock';

/**
 * One worker of the product. `notesPasses`: every look for unknown outcomes is noted; `notesUnderWay`: writes of the portal are, while
 * they are under way; `notesRequests`: every request to the portal is noted in `bench_requests`; `notesChecks`: every check of a link, and every
 * sweep for all of them, is said on the standard output as it begins; `clockSkewMs`: how far its clock is ahead.
 */
export interface WorkerTask {
  mongoUri: string;
  encryptionKeyHex: string;
  temporalAddress: string;
  taskQueue: string;
  bundlePath: string;
  settings: BackupSettings;
  concurrentActivities: number | null;
  notesPasses: boolean;
  notesUnderWay?: boolean;
  notesRequests?: boolean;
  notesChecks?: boolean;
  clockSkewMs?: number;
}

/** When each request was begun and what came of it. */
function noteRequest(store: Store, clockSkewMs: number) {
  const requests = store.entries.model.db.collection('bench_requests');
  return ({ durationMs, ...metrics }: RequestMetrics) =>
    void requests.insertOne({ ...metrics, clockSkewMs, durationMs, at: new Date(Date.now() - durationMs) });
}

/** Says which link was looked at when, as its check runs. */
function noteChecks(): Pick<WorkerOptions, 'tracing'> {
  const note = createNotes();
  const inbound: ActivityInboundCallsInterceptor = {
    execute: (input, next) => {
      const { activityType, attempt } = activityInfo();
      // The first try of waiting only says when the next one is.
      if (activityType === 'checkLink' || (activityType === 'awaitMessages' && attempt > 1))
        note((input.args[0] as { linkId: string }).linkId);
      if (activityType === 'sweepPortal') note('all');
      return next(input);
    },
  };
  return { tracing: { interceptors: { activity: [() => ({ inbound })] } } };
}

async function main(task: WorkerTask): Promise<void> {
  setClockAhead(task.clockSkewMs ?? 0);
  const store = await openStore({
    uri: task.mongoUri,
    encryptionKey: Buffer.from(task.encryptionKeyHex, 'hex'),
  });
  const { settings } = task;
  const { portalOf } = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: settings.portalRequestLimitMs,
    writeWindowMs: settings.writeWindowMs,
    ...(task.notesRequests ? { onRequest: noteRequest(store, task.clockSkewMs ?? 0) } : {}),
  });
  const plain: ActivityDeps = { store, portalOf, settings };
  const noted = task.notesPasses ? noteLooks(plain) : plain;
  const deps = task.notesUnderWay ? noteRequests(noted) : noted;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address: task.temporalAddress });
  const worker = await createWorker({
    connection,
    namespace: 'default',
    taskQueue: task.taskQueue,
    deps,
    workflowBundle: { codePath: task.bundlePath },
    ...(task.notesChecks ? noteChecks() : {}),
    ...(task.concurrentActivities === null ? {} : { concurrentActivities: task.concurrentActivities }),
  });
  process.once('SIGTERM', () => worker.shutdown());
  process.stdout.write('ready\n');
  await worker.run();
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerTask);
