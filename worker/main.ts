import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel, type Worker } from '@temporalio/worker';
import type { ActivityDeps } from '../activities';
import { createPortalDirectory } from '../bitrix24/portal-directory';
import { ConfigError, loadConfig, type Config } from '../config';
import { openStore } from '../store/store';
import { createLogger, type Logger } from '../telemetry';
import { taskQueue } from '../workflows/messages';
import { createWorker } from './create-worker';

/** The SDK's lines go through our logger, whose masks let nothing personal out. */
function installRuntime(logger: Logger): void {
  const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'info',
    WARN: 'warn',
    ERROR: 'error',
  };
  const forward = new DefaultLogger('INFO', ({ level, message, meta }) => {
    logger[levels[level]](meta ?? {}, message);
  });
  Runtime.install({
    logger: forward,
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
    shutdownSignals: [],
  });
}

/** Tries until it works: the other servers may come up later than we do. */
async function untilThere<T>(what: string, logger: Logger, open: () => Promise<T>): Promise<T> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 10_000)) {
    try {
      return await open();
    } catch (error) {
      logger.warn({ error: error instanceof Error ? error.name : 'unknown' }, `${what} does not answer yet`);
      await sleep(waitMs);
    }
  }
}

async function compose(config: Config, logger: Logger) {
  const uri = config.mongodbUri;
  if (uri === null)
    throw new ConfigError([{ variable: 'MONGODB_URI', expected: 'to be set for the worker' }]);
  const store = await untilThere('MongoDB', logger, () =>
    openStore({ uri, encryptionKey: config.encryptionKey }),
  );
  const directory = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: config.portalRequestLimitMs,
  });
  const { backupIntervalMs, parkAfterQuietRounds, portalRequestLimitMs } = config;
  const deps: ActivityDeps = {
    store,
    portalOf: directory.portalOf,
    settings: {
      backupIntervalMs,
      parkAfterQuietRounds,
      portalRequestLimitMs,
      writeWindowMs: 10_000,
      clockMarginMs: 5_000,
    },
  };
  const connection = await untilThere('Temporal', logger, () =>
    NativeConnection.connect(config.temporal.connectionOptions),
  );
  const worker = await createWorker({ connection, namespace: config.temporal.namespace, taskQueue, deps });
  return { worker, store, directory, connection };
}

function stopOnSignal(worker: Worker, logger: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'The worker finishes what is under way and stops');
      worker.shutdown();
    });
  }
}

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger({ level: config.logLevel, name: 'worker' });
  installRuntime(logger);
  const { worker, store, directory, connection } = await compose(config, logger);
  stopOnSignal(worker, logger);
  logger.info({ taskQueue }, 'The worker is ready');
  await worker.run();
  await directory.close();
  await store.close();
  await connection.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const said =
      error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : 'unknown';
    process.stderr.write(`${said}\n`);
    process.exit(error instanceof ConfigError ? 2 : 1);
  },
);
