import { DefaultLogger, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';
import type { ActivityDeps } from '../activities';
import { createFetchSoon } from '../intake/files/fetch-soon';
import { createFetchMedia } from '../processes/fetch-media';
import { usualHistoryRules } from '../domain/history';
import { openStoreAndPortals, openWithPatience } from '../processes/open-with-patience';
import { runProcess, type Surroundings } from '../processes/run-process';
import { toLoggable, type Logger } from '../telemetry';
import { createCounting } from './counting';
import { createHistoryOf } from './history-of';
import { runWorker } from './run-worker';
import { keepSearchable } from './search-attributes';
import { createSdkMetrics, type SdkMetrics } from './sdk-metrics';
import { serveMetrics } from './serve-metrics';

/** The SDK's lines go through our logger, whose masks let nothing personal out; its figures are read where ours are. */
function installRuntime(logger: Logger, sdkMetrics: SdkMetrics | null): void {
  const forward = new DefaultLogger('INFO', ({ level, message, meta }) => {
    logger[level.toLowerCase() as Lowercase<LogLevel>](meta ?? {}, message);
  });
  Runtime.install({
    logger: forward,
    telemetryOptions: {
      logging: { forward: {}, filter: 'WARN' },
      ...(sdkMetrics ? { metrics: sdkMetrics.exporter } : {}),
    },
    shutdownSignals: [],
  });
}

async function work(given: Surroundings): Promise<void> {
  const { config, logger, metrics, traces, signal } = given;
  const { backupIntervalMs, parkAfterQuietRounds, portalRequestLimitMs } = config;
  const sdkMetrics = config.workerMetricsPort === null ? null : await createSdkMetrics();
  installRuntime(logger, sdkMetrics);
  const server = await serveMetrics(config, { ...given, readMore: sdkMetrics?.read });
  const opened = await openStoreAndPortals(given);
  const { connectionOptions } = config.temporal;
  const connection =
    opened && (await openWithPatience('Temporal', given, () => NativeConnection.connect(connectionOptions)));
  if (opened && connection) {
    const deps: ActivityDeps = {
      store: opened.store,
      portalOf: opened.portals.portalOf,
      settings: {
        backupIntervalMs,
        parkAfterQuietRounds,
        portalRequestLimitMs,
        writeWindowMs: 10_000,
        clockMarginMs: 5_000,
      },
      fetchSoon: createFetchSoon({
        store: opened.store,
        fetchMedia: createFetchMedia(opened.store),
        // The next sweep finds what waits.
        wake: () => undefined,
        onError: (error) => logger.warn(toLoggable(error), 'files wait for the next sweep'),
      }),
      isSearchable: keepSearchable({ connection, namespace: config.temporal.namespace, logger, signal }),
      historyOf: createHistoryOf(opened.store),
      retention: config.retention,
      webhookHosts: config.webhookHosts,
      historyRules: { ...usualHistoryRules, checkEveryMs: config.historyCheckIntervalMs },
      ...createCounting(metrics),
    };
    await runWorker({ connection, config, deps, traces, logger, signal });
  }
  server?.close();
  await opened?.portals.close();
  await opened?.store.close();
  await connection?.close();
}

runProcess('worker', work);
