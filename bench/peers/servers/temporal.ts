import { join } from 'node:path';
import { freePort } from '../../../local/ports';
import { findTemporal } from '../../../local/servers/find-temporal';
import { startGuarded } from '../../../local/servers/guarded-server';
import { temporalCommand } from '../../../local/servers/server-commands';
import { waitForTemporal } from '../../../local/servers/temporal-ready';

/** Temporal's dev server with its data in a file, as `npm start` has it. */
export async function startTemporal(folder: string) {
  const found = await findTemporal((line) => process.stderr.write(`${line}\n`));
  const port = await freePort();
  const command = temporalCommand(found, { port, dbFile: join(folder, 'temporal.db') });
  const server = await startGuarded('Temporal', command, port);
  const address = `127.0.0.1:${port}`;
  await waitForTemporal({ address }, { limitMs: 60_000 });
  return { address, pid: server.pid, stop: () => server.stop() };
}
