import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { explainTaken } from '../../local/ports';
import { environmentOf } from './compose';
import { startService, type Service } from './service';

const run = promisify(execFile);

/** Ports that a container has for itself, and this machine shares. */
const portNames = [
  ...['FRONTEND_GRPC_PORT', 'FRONTEND_HTTP_PORT', 'FRONTEND_MEMBERSHIP_PORT', 'MATCHING_GRPC_PORT'],
  ...['MATCHING_MEMBERSHIP_PORT', 'HISTORY_GRPC_PORT', 'HISTORY_MEMBERSHIP_PORT', 'WORKER_GRPC_PORT'],
  ...['WORKER_MEMBERSHIP_PORT'],
];

/** A free row of ports below those that the system gives to outgoing connections: a server that is started again gets its own back. */
async function choosePorts(): Promise<Record<string, string>> {
  for (;;) {
    const first = randomInt(20_000, 32_000);
    const row = [...portNames, 'METRICS_PORT'].map((name, index) => [name, first + index] as const);
    const taken = await Promise.all(row.map(([, port]) => explainTaken(port)));
    if (taken.every((why) => why === null))
      return Object.fromEntries(row.map(([name, port]) => [name, String(port)]));
  }
}

export interface Cluster {
  service: Service;
  address: string;
}

/** Temporal as the Compose file starts it, step by step: schema, server, namespace. */
export async function startCluster(
  site: string,
  { bin, schemaDir, postgresPort }: { bin: string; schemaDir: string; postgresPort: number },
): Promise<Cluster> {
  const scripts = join(site, 'deploy/temporal');
  const path = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: process.env['HOME'] ?? '' };
  const schema = { ...environmentOf('temporal-schema', site), SCHEMA_DIR: schemaDir };
  const env = { ...path, ...schema, SQL_PORT: String(postgresPort) };
  await run('sh', [join(scripts, 'schema.sh')], { env, maxBuffer: Infinity });

  const ports = await choosePorts();
  const service = startService('temporal', site, {
    program: 'sh',
    args: [join(scripts, 'serve.sh'), 'temporal-server', 'start'],
    env: {
      ...path,
      ...environmentOf('temporal', site),
      ...{ ...ports, DB_PORT: String(postgresPort), BIND_ON_IP: '127.0.0.1' },
      PROMETHEUS_ENDPOINT: `127.0.0.1:${ports['METRICS_PORT']}`,
    },
    cwd: site,
  });
  const address = `127.0.0.1:${ports['FRONTEND_GRPC_PORT']}`;
  const namespace = { ...environmentOf('temporal-namespace', site), TEMPORAL_ADDRESS: address };
  await run('sh', [join(scripts, 'namespace.sh')], { env: { ...path, ...namespace } });
  return { service, address };
}
