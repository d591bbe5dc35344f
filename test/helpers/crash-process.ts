import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { BackupSettings } from '../../activities';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { ingestMessages } from '../../intake/ingest-message';
import { openStore } from '../../store/store';
import { createWorker } from '../../worker/create-worker';
import { createHistoryOf } from '../../worker/history-of';
import { rigDeps, type KillPoint } from './crash';
import { toIncoming, type Said } from './incoming';

/** The work of a process that is to die: a task queue, or taking messages in. */
export interface CrashTask {
  mongoUri: string;
  encryptionKeyHex: string;
  point: KillPoint;
  settings: BackupSettings;
  work:
    | { kind: 'worker'; temporalAddress: string; taskQueue: string; bundlePath: string }
    | { kind: 'ingest'; accountId: string; said: Said[] };
}

async function main(task: CrashTask): Promise<void> {
  const store = await openStore({
    uri: task.mongoUri,
    encryptionKey: Buffer.from(task.encryptionKeyHex, 'hex'),
  });
  const { portalOf } = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: task.settings.portalRequestLimitMs,
    writeWindowMs: task.settings.writeWindowMs,
  });
  const given = { store, portalOf, settings: task.settings, historyOf: createHistoryOf(store) };
  const deps = rigDeps(given, task.point);
  if (task.work.kind === 'ingest') {
    const account = await store.accounts.load(task.work.accountId);
    const messages = task.work.said.map(toIncoming);
    if (account) await ingestMessages(deps.store, account, messages, 'test');
    process.exit(0);
  }
  const { temporalAddress, taskQueue, bundlePath } = task.work;
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address: temporalAddress });
  const worker = await createWorker({
    connection,
    namespace: 'default',
    taskQueue,
    deps,
    workflowBundle: { codePath: bundlePath },
  });
  await worker.run();
}

void main(JSON.parse(process.argv[2] ?? '{}') as CrashTask);
