import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { ActivityDeps, BackupSettings } from '../activities';
import { createPortalDirectory } from '../bitrix24/portal-directory';
import { openStore, type Store } from '../store/store';
import { createWorker } from '../worker/create-worker';

/** One worker of the product. `notesPasses`: every look for unknown outcomes is noted in `bench_passes`. */
export interface WorkerTask {
  mongoUri: string;
  encryptionKeyHex: string;
  temporalAddress: string;
  taskQueue: string;
  bundlePath: string;
  settings: BackupSettings;
  concurrentActivities: number | null;
  notesPasses: boolean;
}

/** The same store, which notes for each pass the moments at which its entries' requests were sent. */
function noting(store: Store): Store {
  const passes = store.entries.model.db.collection('bench_passes');
  const listUnknown: Store['entries']['listUnknown'] = async (...query) => {
    const found = await store.entries.listUnknown(...query);
    const sentAts = [...new Set(found.map(({ sentAt }) => sentAt?.getTime() ?? 0))];
    if (found.length > 0) await passes.insertOne({ at: new Date(), entries: found.length, sentAts });
    return found;
  };
  return { ...store, entries: { ...store.entries, listUnknown } };
}

async function main(task: WorkerTask): Promise<void> {
  const opened = await openStore({
    uri: task.mongoUri,
    encryptionKey: Buffer.from(task.encryptionKeyHex, 'hex'),
  });
  const store = task.notesPasses ? noting(opened) : opened;
  const { settings } = task;
  const { portalOf } = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: settings.portalRequestLimitMs,
    writeWindowMs: settings.writeWindowMs,
  });
  const deps: ActivityDeps = { store, portalOf, settings };
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address: task.temporalAddress });
  const worker = await createWorker({
    connection,
    namespace: 'default',
    taskQueue: task.taskQueue,
    deps,
    workflowBundle: { codePath: task.bundlePath },
    ...(task.concurrentActivities === null ? {} : { concurrentActivities: task.concurrentActivities }),
  });
  process.once('SIGTERM', () => worker.shutdown());
  process.stdout.write('ready\n');
  await worker.run();
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerTask);
