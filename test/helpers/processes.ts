import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { descriptions } from '../../config';
import { eventually } from '../scenes/product';
import { runCompiled } from './run-compiled';
import { freePort, mongoUri, temporalAddress, uniqueDatabaseName } from './servers';

const root = join(__dirname, '../..');

/** The two processes of the product on the suite's servers, with a database and a namespace of their own. */
export interface Processes {
  url: string;
  /** Where the worker serves its metrics. */
  workerUrl: string;
  namespace: string;
  databaseName: string;
  adminToken: string;
  /** Everything both processes have printed. */
  log(): string;
  startApi(): Promise<void>;
  startWorker(): Promise<void>;
  /** Of a process that runs. */
  pidOf(which: 'api' | 'worker'): number;
  kill(which: 'api' | 'worker'): Promise<void>;
  close(): Promise<void>;
}

/** A namespace of its own, ready for use. */
export async function makeNamespace(namespace: string): Promise<void> {
  const connection = await Connection.connect({ address: temporalAddress() });
  const day = { seconds: 86_400 as never };
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: day });
  const isThere = () =>
    connection.workflowService
      .listOpenWorkflowExecutions({ namespace, maximumPageSize: 1, startTimeFilter: {} })
      .then(
        () => true,
        () => false,
      );
  await eventually('the namespace', isThere);
  await connection.close();
}

/** From the sources; `built`: from this folder of a build. */
export async function startProcesses(
  webhookUrl: string,
  env: Record<string, string> = {},
  built?: string,
): Promise<Processes> {
  const databaseName = uniqueDatabaseName();
  const namespace = `n${databaseName.replaceAll('_', '-')}`;
  await makeNamespace(namespace);
  const dataDir = mkdtempSync(join(tmpdir(), 'contact-link-processes-'));
  const port = await freePort();
  const metricsPort = await freePort();
  const adminToken = 'an-admin-token-for-tests-only-0123456789';
  let log = '';
  const running = new Map<string, ChildProcess>();
  const environment = {
    ...Object.fromEntries(Object.keys(descriptions).map((name) => [name, ''])),
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATA_DIR: dataDir,
    PORT: String(port),
    WORKER_METRICS_PORT: String(metricsPort),
    ADMIN_TOKEN: adminToken,
    ENCRYPTION_KEY: '07'.repeat(32),
    MONGODB_URI: mongoUri(databaseName),
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    BITRIX24_WEBHOOK_URL: webhookUrl,
    ...env,
  };

  function run(which: 'api' | 'worker'): ChildProcess {
    const program = built ? [join(built, which, 'main.js')] : [...runCompiled, `${which}/main.ts`];
    const child = spawn(process.execPath, program, {
      cwd: root,
      env: environment,
    });
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    running.set(which, child);
    return child;
  }

  async function kill(which: 'api' | 'worker'): Promise<void> {
    const child = running.get(which);
    running.delete(which);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    workerUrl: `http://127.0.0.1:${metricsPort}`,
    namespace,
    databaseName,
    adminToken,
    log: () => log,
    startApi: async () => {
      run('api');
      const isReady = () =>
        fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      await eventually('the API', isReady);
    },
    startWorker: async () => {
      const from = log.length;
      run('worker');
      await eventually('the worker', () => log.slice(from).includes('The worker is ready'));
    },
    pidOf: (which) => running.get(which)?.pid ?? 0,
    kill,
    close: async () => {
      await Promise.all([kill('api'), kill('worker')]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
