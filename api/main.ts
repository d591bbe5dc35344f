import type { RequestListener } from 'node:http';
import type { ClientInterceptors } from '@temporalio/client';
import type { Config } from '../config';
import { createFetchMedia } from '../processes/fetch-media';
import { listen, stopListening } from '../processes/listen';
import { openStoreAndPortals } from '../processes/open-with-patience';
import { runProcess, type Surroundings } from '../processes/run-process';
import { untilStopped } from '../processes/stop-signal';
import type { Store } from '../store/store';
import { createPost } from '../webhooks/post';
import { createApp } from './app';
import { createDoor } from './door/door';
import { createStartingApp } from './http/starting-app';
import { createTemporalClient } from './temporal-client';
import { keepWatchesRunning } from './watch-starter';
import { keepSendingWebhooks } from './webhooks/keep-sending';

const graceMs = 10_000;

const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The portal of BITRIX24_WEBHOOK_URL becomes known, or gets its present address; what nobody sets stays as it was chosen. */
async function connectPortal({ portals }: Store, { bitrix24, ...given }: Config): Promise<void> {
  const { webhookUrl } = bitrix24;
  if (webhookUrl === null) return;
  const known = await portals.findByWebhook(webhookUrl);
  await portals.connect(webhookUrl, {
    defaultCountry: given.defaultCountry ?? known?.defaultCountry ?? null,
    timeZone: given.timeZone ?? known?.timeZone ?? machineZone(),
  });
}

/** What we ask of Temporal, as spans that the workflows go on with. */
async function createTracingInterceptors(): Promise<ClientInterceptors> {
  const { OpenTelemetryWorkflowClientInterceptor } = await import('@temporalio/interceptors-opentelemetry');
  return { workflow: [new OpenTelemetryWorkflowClientInterceptor()] };
}

async function serve(given: Surroundings): Promise<void> {
  const { config, logger, metrics, traces, signal } = given;
  let restoring: string | null = null;
  let answer: RequestListener = createStartingApp(() => restoring);
  const server = createDoor((request, response) => void answer(request, response));
  await listen(server, config);
  logger.info({ host: config.host, port: config.port }, 'listening');

  const opened = await openStoreAndPortals({ ...given, onRestore: (why) => (restoring = why) });
  if (!opened) return stopListening(server, graceMs);
  const { store, portals } = opened;
  await connectPortal(store, config);
  const interceptors = traces ? await createTracingInterceptors() : {};
  const { temporal, connection } = createTemporalClient(config.temporal, interceptors);
  answer = createApp({
    ...{ store, temporal, logger, metrics },
    portalOf: portals.portalOf,
    fetchMedia: createFetchMedia(store),
    adminToken: config.adminToken,
    defaultCountry: config.defaultCountry,
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    retention: config.retention,
    panelOrigins: config.panelOrigins,
    trustedProxies: config.trustedProxies,
    publicPages: config.publicPages,
    webhookHosts: config.webhookHosts,
    backupIntervalMs: config.backupIntervalMs,
    parkAfterQuietRounds: config.parkAfterQuietRounds,
    stopped: signal,
  });
  logger.info('ready');

  const watches = keepWatchesRunning({ store, temporal, logger, signal });
  const webhooks = keepSendingWebhooks({
    store,
    logger,
    metrics,
    post: createPost(config.webhookHosts),
    signal,
  });
  await untilStopped(signal);
  await stopListening(server, graceMs);
  await watches;
  await webhooks;
  await portals.close();
  await store.close();
  await connection.close();
}

runProcess('api', serve);
