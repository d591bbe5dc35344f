import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../local/ports';
import { startGuarded } from '../../../local/servers/guarded-server';
import { findPostgres } from '../../production/programs';
import { Missing } from '../peer';

/** PostgreSQL does not run as root: then it gets the user that its package made. */
function asItsUser(program: string, args: string[]) {
  if (process.getuid?.() !== 0) return { program, args };
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  return { program: 'setpriv', args: [...user, program, ...args] };
}

function findBin(): string {
  try {
    return findPostgres();
  } catch (error) {
    throw new Missing('no PostgreSQL (Debian: postgresql)', { cause: error });
  }
}

/** PostgreSQL as it is when new: every commit waits for the disk. */
export async function startPostgres(folder: string) {
  const bin = findBin();
  const own = join(folder, 'postgresql');
  mkdirSync(own);
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) chownSync(own, Number(execFileSync('id', ['-u', 'postgres']).toString()), 0);
  const data = join(own, 'data');
  const made = asItsUser(join(bin, 'initdb'), ['-D', data, '-E', 'UTF8', '-U', 'bench', '--auth=trust']);
  execFileSync(made.program, made.args, { cwd: own, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${own}`];
  const run = asItsUser(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings]);
  const server = await startGuarded('PostgreSQL', run, port);
  return { uri: `postgres://bench@127.0.0.1:${port}/postgres`, pid: server.pid, stop: () => server.stop() };
}
