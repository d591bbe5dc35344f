import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Config } from '../config';
import type { MongoFound } from './servers/find-mongo';
import type { TemporalFound } from './servers/find-temporal';
import { isListening } from './ports';
import type { PortBook } from './ports-file';
import { chooseServerData } from './server-data';
import { openMongod } from './servers/mongod-account';
import { mongoCommand, temporalCommand } from './servers/server-commands';
import type { Supervisor } from './processes/supervisor';
import { waitForTemporal } from './servers/temporal-ready';

/** What every start needs. */
export interface Surroundings {
  config: Config;
  ports: PortBook;
  supervisor: Supervisor;
}

/** Starts Temporal with its Web UI and its data in DATA_DIR, or checks the server of TEMPORAL_ADDRESS. */
export async function startTemporal(
  found: TemporalFound | string,
  { config, ports, supervisor }: Surroundings,
): Promise<{ address: string; uiUrl: string | null }> {
  const { namespace, connectionOptions } = config.temporal;
  if (typeof found === 'string') {
    await waitForTemporal({ address: found, ...connectionOptions }, { limitMs: 20_000, namespace });
    return { address: found, uiUrl: null };
  }
  const port = await ports.choose('temporal');
  const uiPort = await ports.choose('temporalUi');
  const dbFile = join(chooseServerData(config).folder, 'temporal.db');
  await supervisor.start({
    name: 'temporal',
    command: temporalCommand(found, { port, uiPort, dbFile, namespace }),
    isReady: () => isListening(port),
    stopFirst: 1,
    failsFast: true,
  });
  const address = `127.0.0.1:${port}`;
  await waitForTemporal({ address }, { limitMs: 60_000, namespace });
  return { address, uiUrl: `http://127.0.0.1:${uiPort}` };
}

/** Starts MongoDB with its data, or checks the one of MONGODB_URI; gives its URI. */
export async function startMongo(
  found: MongoFound | string,
  { config, ports, supervisor }: Surroundings,
): Promise<string> {
  if (typeof found === 'string') {
    if (await answersPing(found, 15_000)) return found;
    throw new Error('MongoDB at MONGODB_URI does not answer or refuses us.');
  }
  const port = await ports.choose('mongo');
  const { folder } = chooseServerData(config);
  const uri = `mongodb://127.0.0.1:${port}/contact_link`;
  await supervisor.start({
    name: 'mongo',
    command: mongoCommand(found, { port, dataDir: folder, withAccounts: true }),
    // A ping needs no account.
    isReady: async () => (await isListening(port)) && (await answersPing(uri, 2_000)),
    readyLimitMs: 120_000,
    stopFirst: 0,
    failsFast: true,
  });
  return found.kind === 'mongod' ? openMongod(folder, port) : uri;
}

async function answersPing(uri: string, limitMs: number): Promise<boolean> {
  const connection = mongoose.createConnection(uri, { serverSelectionTimeoutMS: limitMs });
  try {
    await connection.asPromise();
    await connection.db?.command({ ping: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
