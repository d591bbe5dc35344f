import { TestWorkflowEnvironment } from '@temporalio/testing';
import { MongoBinary } from 'mongodb-memory-server-core';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Download } from './download';

/** One download by the library that knows how; `download.ts` starts and bounds this process. */
async function fetchServer(what: Download, downloadDir: string): Promise<void> {
  if (what === 'mongod') {
    process.env['MONGOMS_RUNTIME_DOWNLOAD'] = 'true';
    // It counts attempts.
    process.env['MONGOMS_MAX_RETRIES'] = '1';
    await MongoBinary.getPath({ downloadDir, version: '8.0.13' });
    return;
  }
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const server = { executable: { type: 'cached-download', downloadDir, version: 'default' } } as const;
  // The SDK has no call that only downloads.
  const environment =
    what === 'temporal'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
}

fetchServer(process.argv[2] as Download, process.argv[3] ?? '').then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
