import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, waitUntil } from '../../local/ports';
import { commandOf, environmentOf } from './compose';
import { startService, type Service } from './service';

export interface ProductGiven {
  site: string;
  /** The folder of a build. */
  dist: string;
  temporalAddress: string;
  webhookUrl: string;
}

export interface ProductProcess {
  service: Service;
  url: string;
}

/** What an administrator would write into `.env`: here quicker rounds, so that a run takes minutes. */
const dotEnv = { BACKUP_INTERVAL: '5s', PORTAL_REQUEST_LIMIT: '3s', DEFAULT_COUNTRY: 'DE', TIME_ZONE: 'UTC' };

const answersWell = (url: string) => () =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** One API or worker, run as the Compose file says, from a build, with its environment; ready. */
export async function startProcess(
  which: 'api' | 'worker',
  name: string,
  { site, dist, temporalAddress, webhookUrl }: ProductGiven,
): Promise<ProductProcess> {
  const { flags, file } = commandOf(which);
  const port = await freePort();
  const dataDir = join(site, name);
  mkdirSync(dataDir);
  const service = startService(name, site, {
    program: process.execPath,
    args: [...flags, join(dist, file.replace(/^dist\//, ''))],
    env: {
      ...{ PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...dotEnv },
      ...environmentOf(which, site),
      ...{ DATA_DIR: dataDir, PORT: String(port), WORKER_METRICS_PORT: String(port) },
      ...{ TEMPORAL_ADDRESS: temporalAddress, BITRIX24_WEBHOOK_URL: webhookUrl },
    },
    cwd: dataDir,
  });
  const url = `http://127.0.0.1:${port}`;
  const page = which === 'api' ? '/readyz' : '/healthz';
  await waitUntil(answersWell(`${url}${page}`), { what: name, limitMs: 120_000, everyMs: 100 });
  return { service, url };
}
