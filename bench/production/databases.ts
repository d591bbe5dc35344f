import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Say } from '../../local/say';
import { freePort, isListening, waitUntil } from '../../local/ports';
import { findMongo } from '../../local/servers/find-mongo';
import { mongoCommand } from '../../local/servers/server-commands';
import { environmentOf, pointAtMongo } from './compose';
import { findPostgres } from './programs';
import { startService, type Service } from './service';

const plain = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

const untilListening = (what: string, port: number) =>
  waitUntil(() => isListening(port), { what, limitMs: 60_000, everyMs: 100 });

/** PostgreSQL does not run as root: then it gets the user that its package made. */
function asItsUser(program: string, args: string[]) {
  if (process.getuid?.() !== 0) return { program, args };
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  return { program: 'setpriv', args: [...user, program, ...args] };
}

export async function startPostgres(site: string): Promise<{ service: Service; port: number }> {
  const bin = findPostgres();
  const folder = join(site, 'postgresql');
  mkdirSync(folder);
  if (process.getuid?.() === 0)
    chownSync(folder, Number(execFileSync('id', ['-u', 'postgres']).toString()), 0);
  const { POSTGRES_USER = '', POSTGRES_PASSWORD_FILE = '' } = environmentOf('postgresql', site);
  const data = join(folder, 'data');
  const access = ['-U', POSTGRES_USER, `--pwfile=${POSTGRES_PASSWORD_FILE}`, '--auth=scram-sha-256'];
  const made = asItsUser(join(bin, 'initdb'), ['-D', data, '-E', 'UTF8', ...access]);
  execFileSync(made.program, made.args, { cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  const run = asItsUser(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings]);
  const service = startService('postgresql', site, { ...run, env: plain, cwd: folder });
  await untilListening('PostgreSQL', port);
  return { service, port };
}

/** Whatever `npm start` would take, with its data on disk; the product is told where it is. */
export async function startMongo(
  site: string,
  say: Say,
): Promise<{ service: Service; port: number; kind: string }> {
  const found = await findMongo(say);
  const dataDir = join(site, 'mongodb');
  mkdirSync(dataDir);
  const port = await freePort();
  const { program, args } = mongoCommand(found, { port, dataDir });
  const service = startService('mongodb', site, { program, args, env: plain, cwd: site });
  await untilListening('MongoDB', port);
  pointAtMongo(site, port);
  return { service, port, kind: found.kind };
}

export const removeSite = (site: string): void => rmSync(site, { recursive: true, force: true });
