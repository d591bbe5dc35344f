import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../local/ports';
import { encryptionKey } from '../scene/contacts';

/** The product's API in a process of its own. */
export interface IngestApi {
  port: number;
  pid: number | undefined;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const root = join(__dirname, '../..');

async function untilReady(url: string): Promise<void> {
  for (let looks = 0; looks < 1_200; looks += 1) {
    // Also without Temporal: messages are taken in all the same.
    if ((await fetch(`${url}/readyz`).catch(() => null))?.ok) return;
    await sleep(100);
  }
  throw new Error('the API did not become ready');
}

/** `nodeFlags`: such as `--cpu-prof`. */
export async function startApi(
  given: { mongoUri: string; temporalAddress: string },
  nodeFlags: readonly string[],
): Promise<IngestApi> {
  const port = await freePort();
  const child = spawn(process.execPath, [...nodeFlags, '--import', 'tsx', join(root, 'api/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      ...{
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'fatal',
        DATA_DIR: process.env['TMPDIR'] ?? '/tmp',
      },
      ...{ MONGODB_URI: given.mongoUri, ENCRYPTION_KEY: encryptionKey.toString('hex') },
      ...{ ADMIN_TOKEN: 'bench-admin-token-1234', TEMPORAL_ADDRESS: given.temporalAddress || '127.0.0.1:1' },
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilReady(`http://127.0.0.1:${port}`);
  return {
    port,
    pid: child.pid,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}
