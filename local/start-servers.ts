import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Config } from '../config';
import type { Say } from './fetching/cache';
import type { MongoFound } from './servers/find-mongo';
import type { TemporalFound } from './servers/find-temporal';
import { isListening } from './ports';
import type { createPortBook } from './ports-file';
import { mongoCommand, temporalCommand } from './servers/server-commands';
import type { Supervisor } from './processes/supervisor';
import { waitForTemporal } from './servers/temporal-ready';

interface Surroundings {
  config: Config;
  ports: ReturnType<typeof createPortBook>;
  supervisor: Supervisor;
  say: Say;
}

/** Starts the Temporal server that was found, with its Web UI and its data in DATA_DIR, or checks the one that was set. */
export async function startTemporal(
  found: TemporalFound,
  { config, ports, supervisor }: Surroundings,
): Promise<{ address: string; uiUrl: string | null }> {
  if (found.kind === 'address') {
    await waitForTemporal(
      { address: found.address, ...config.temporal.connectionOptions },
      { limitMs: 20_000, namespace: config.temporal.namespace },
    );
    return { address: found.address, uiUrl: null };
  }
  const port = await ports.choose('temporal');
  const uiPort = await ports.choose('temporalUi');
  const dbFile = join(config.dataDir, 'temporal.db');
  const { namespace } = config.temporal;
  await supervisor.start({
    name: 'temporal',
    command: temporalCommand(found, { port, uiPort, dbFile, namespace }),
    isReady: () => isListening(port),
    readyLimitMs: 60_000,
    stopFirst: 1,
    failsFast: true,
  });
  const address = `127.0.0.1:${port}`;
  await waitForTemporal({ address }, { limitMs: 60_000, namespace });
  return { address, uiUrl: `http://127.0.0.1:${uiPort}` };
}

/** Starts the MongoDB that was found with its data in DATA_DIR, or checks the one that was set; gives its URI. */
export async function startMongo(
  found: MongoFound,
  { config, ports, supervisor }: Surroundings,
): Promise<string> {
  if (found.kind === 'uri') {
    if (!(await answersPing(found.uri, 15_000)))
      throw new Error('MongoDB at MONGODB_URI does not answer or refuses us.');
    return found.uri;
  }
  const port = await ports.choose('mongo');
  const uri = `mongodb://127.0.0.1:${port}/contact_link`;
  await supervisor.start({
    name: 'mongo',
    command: mongoCommand(found, { port, dataDir: config.dataDir }),
    isReady: async () => (await isListening(port)) && (await answersPing(uri, 2_000)),
    readyLimitMs: 120_000,
    stopFirst: 0,
    failsFast: true,
  });
  return uri;
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
