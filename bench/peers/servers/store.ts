import { freePort } from '../../../local/ports';
import { findMongo } from '../../../local/servers/find-mongo';
import { startGuarded } from '../../../local/servers/guarded-server';
import { mongoCommand } from '../../../local/servers/server-commands';
import { rootsBehind } from './processes';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** The store's server, which all approaches share; its processes where it runs on this machine. */
export interface StoreServer {
  mongoUrl: string;
  kind: string;
  pids: number[];
  stop(): Promise<void>;
}

/** The one that MONGODB_URI names, else what `npm start` would take, with its data on disk. */
export async function startStore(folder: string): Promise<StoreServer> {
  const given = process.env['MONGODB_URI'];
  if (given) {
    const port = Number(new URL(given).port || 27017);
    return {
      mongoUrl: given.replace(/\/+$/, ''),
      kind: 'given',
      pids: rootsBehind(port),
      stop: () => Promise.resolve(),
    };
  }
  const found = await findMongo(say);
  const port = await freePort();
  const server = await startGuarded('MongoDB', mongoCommand(found, { port, dataDir: folder }), port);
  return {
    mongoUrl: `mongodb://127.0.0.1:${port}`,
    kind: found.kind,
    pids: [server.pid],
    stop: () => server.stop(),
  };
}
