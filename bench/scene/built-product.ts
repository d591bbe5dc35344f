import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitUntil } from '../../local/ports';
import { buildInto } from '../production/build';
import { commandOf } from '../production/compose';
import { encryptionKey } from './contacts';
import type { OwnProcess } from './servers';

/** A build of the product in a folder of its own, as servers run it: nothing is compiled at its start. */
export interface BuiltProduct {
  /** A process that answers; `env` beside what the bench gives. */
  start(which: 'api' | 'worker', env: Record<string, string>): Promise<OwnProcess & { port: number }>;
  remove(): void;
}

export const builtAdminToken = 'bench-admin-token-1234';

const answersWell = (url: string) => () =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Builds the product once; its processes use the store and the Temporal of the bench. */
export function buildProduct(given: { mongoUri: string; temporalAddress: string }): BuiltProduct {
  const site = mkdtempSync(join(tmpdir(), 'contact-link-built-'));
  const dist = buildInto(site);
  const usual = {
    ...{ PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', HOST: '127.0.0.1', LOG_LEVEL: 'error' },
    ...{ MONGODB_URI: given.mongoUri, TEMPORAL_ADDRESS: given.temporalAddress },
    ...{ ENCRYPTION_KEY: encryptionKey.toString('hex'), ADMIN_TOKEN: builtAdminToken },
    ...{ DATA_DIR: site, WORKER_METRICS_HOST: '127.0.0.1', MALLOC_ARENA_MAX: '2' },
  };
  return {
    start: async (which, more) => {
      const port = await freePort();
      const ports = { PORT: String(port), WORKER_METRICS_PORT: String(port) };
      const child = spawn(process.execPath, [...commandOf(which).flags, join(dist, which, 'main.js')], {
        ...{ cwd: site, env: { ...usual, ...more, ...ports } },
        stdio: ['ignore', process.stderr, 'inherit'],
      });
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const url = `http://127.0.0.1:${port}${which === 'api' ? '/readyz' : '/healthz'}`;
      await waitUntil(answersWell(url), { what: which, limitMs: 120_000, everyMs: 100 });
      return { child, ended, firstLine: '', port };
    },
    remove: () => rmSync(site, { recursive: true, force: true }),
  };
}
