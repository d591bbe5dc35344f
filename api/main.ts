import { createServer, type RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPortalDirectory } from '../bitrix24/portal-directory';
import { ConfigError, loadConfig, type Config } from '../config';
import { openStore, type Store } from '../store/store';
import { createLogger, createMetrics, type Logger } from '../telemetry';
import { createApp } from './app';
import { toLoggable } from './http/errors-to-problems';
import { listen, PortTakenError, stopListening } from './http/listen';
import { createStartingApp } from './http/starting-app';
import { createTemporalClient } from './temporal-client';
import { keepWatchesRunning } from './watch-starter';

const exitCodes = { failed: 1, badEnvironment: 2, portTaken: 3 };
const storeRetryMs = 3_000;
const graceMs = 10_000;

/** Null once the process is told to stop. */
async function openStoreWithPatience(
  { encryptionKey }: Config,
  uri: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Store | null> {
  while (!signal.aborted) {
    try {
      return await openStore({ uri, encryptionKey });
    } catch (error) {
      logger.warn(toLoggable(error), 'MongoDB cannot be reached; trying again');
      await sleep(storeRetryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

/** The portal of BITRIX24_WEBHOOK_URL becomes known, or gets its present address and policies. */
async function connectPortal(store: Store, { bitrix24, defaultCountry, timeZone }: Config): Promise<void> {
  if (bitrix24.webhookUrl !== null) {
    await store.portals.connect(bitrix24.webhookUrl, { defaultCountry, timeZone });
  }
}

/** Aborted by the first SIGTERM or SIGINT; the second one ends the process at once. */
function stopSignal(logger: Logger): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.failed);
      logger.info({ signal: name }, 'stopping');
      controller.abort();
    });
  }
  return controller.signal;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

async function serve(config: Config, mongodbUri: string): Promise<void> {
  const logger = createLogger({ level: config.logLevel, name: 'api' });
  const metrics = createMetrics();
  const signal = stopSignal(logger);
  let answer: RequestListener = createStartingApp();
  const server = createServer((request, response) => void answer(request, response));
  await listen(server, config);
  logger.info({ host: config.host, port: config.port }, 'listening');

  const store = await openStoreWithPatience(config, mongodbUri, logger, signal);
  if (!store) return stopListening(server, graceMs);
  await connectPortal(store, config);
  const { temporal, connection } = createTemporalClient(config.temporal);
  const directory = createPortalDirectory({
    credentials: store.portals,
    budgets: store.budgets,
    requestLimitMs: config.portalRequestLimitMs,
    onRequest: ({ method, outcome }) => metrics.bitrix24Requests.inc({ method, outcome }),
  });
  answer = createApp({
    ...{ store, temporal, logger, metrics },
    portalOf: (portalId) => directory.portalOf(portalId),
    adminToken: config.adminToken,
    defaultCountry: config.defaultCountry,
    publicUrl: config.publicUrl,
    backupIntervalMs: config.backupIntervalMs,
    stopped: signal,
  });
  logger.info('ready');

  const watches = keepWatchesRunning({ store, temporal, logger, signal });
  await aborted(signal);
  await stopListening(server, graceMs);
  await watches;
  await directory.close();
  await store.close();
  await connection.close();
}

function readConfig(): Config {
  const config = loadConfig();
  if (config.mongodbUri !== null) return config;
  const expected = 'the address of a MongoDB; npm start finds or starts one by itself';
  throw new ConfigError([{ variable: 'MONGODB_URI', expected }]);
}

async function main(): Promise<void> {
  const config = readConfig();
  await serve(config, config.mongodbUri ?? '');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const isOurs = error instanceof ConfigError || error instanceof PortTakenError;
    const told = isOurs ? error.message : JSON.stringify(toLoggable(error));
    process.stderr.write(`${told}\n`);
    if (error instanceof ConfigError) process.exit(exitCodes.badEnvironment);
    process.exit(error instanceof PortTakenError ? exitCodes.portTaken : exitCodes.failed);
  },
);
