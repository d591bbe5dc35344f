import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { ActivityDeps, BackupSettings } from '../../activities';
import { openStore } from '../../store/store';
import { createWorker } from '../../worker/create-worker';
import { encryptionKey } from '../scene/contacts';

/** A worker of the product for the benchmark's ways. */
export interface RhythmTask {
  mongoUri: string;
  temporalAddress: string;
  taskQueue: string;
  bundlePath: string;
  settings: BackupSettings;
}

/** How late the rounds were since the last time it was asked: sorted, in milliseconds. */
export interface RhythmNote {
  lateMs: number[];
  rounds: number;
}

const noPortal = () => Promise.reject(new Error('a quiet round asks no portal'));

async function main(task: RhythmTask): Promise<void> {
  const store = await openStore({ uri: task.mongoUri, encryptionKey });
  let note: RhythmNote = { lateMs: [], rounds: 0 };
  const onRound: ActivityDeps['onRound'] = (outcome, lateMs) => {
    note.rounds += outcome === 'quiet' ? 1 : 0;
    if (typeof lateMs === 'number') note.lateMs.push(lateMs);
  };
  process.on('SIGUSR2', () => {
    process.stdout.write(`${JSON.stringify(note)}\n`);
    note = { lateMs: [], rounds: 0 };
  });
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({ address: task.temporalAddress });
  const worker = await createWorker({
    connection,
    namespace: 'default',
    taskQueue: task.taskQueue,
    deps: { store, portalOf: noPortal, settings: task.settings, onRound },
    workflowBundle: { codePath: task.bundlePath },
  });
  process.once('SIGTERM', () => worker.shutdown());
  process.stdout.write('ready\n');
  await worker.run();
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? '{}') as RhythmTask);
