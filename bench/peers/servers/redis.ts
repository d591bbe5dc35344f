import { findOnPath } from '../../../local/fetching/programs';
import { freePort } from '../../../local/ports';
import { startGuarded } from '../../../local/servers/guarded-server';
import { Missing } from '../peer';

/** Redis with its append-only file synced every second: what is advised for queues. */
export async function startRedis(folder: string) {
  const program = findOnPath('redis-server');
  if (!program) throw new Missing('no redis-server on the PATH (Debian: redis-server)');
  const port = await freePort();
  const kept = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const args = ['--bind', '127.0.0.1', '--port', String(port), ...kept];
  const server = await startGuarded('Redis', { program, args }, port);
  return { port, pid: server.pid, stop: () => server.stop() };
}
