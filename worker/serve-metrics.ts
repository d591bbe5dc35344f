import { createServer, type Server } from 'node:http';
import type { Config } from '../config';
import { listen } from '../processes/listen';
import { toLoggable, type Logger, type Metrics } from '../telemetry';

/**
 * `/healthz` (the process lives) and `/metrics`, without a token. Null where no port was chosen, or where it cannot be had: backing
 * up does not wait for that.
 */
export async function serveMetrics(
  {
    workerMetricsPort: port,
    workerMetricsHost: host,
  }: Pick<Config, 'workerMetricsPort' | 'workerMetricsHost'>,
  {
    logger,
    metrics: { registry },
    readMore = () => Promise.resolve(''),
  }: { logger: Logger; metrics: Metrics; readMore?: (() => Promise<string>) | undefined },
): Promise<Server | null> {
  if (port === null) return null;
  const pages: Record<string, () => Promise<{ type: string; body: string }>> = {
    '/healthz': () => Promise.resolve({ type: 'application/json', body: '{"status":"ok"}' }),
    '/metrics': async () => ({
      type: registry.contentType,
      body: (await registry.metrics()) + (await readMore()),
    }),
  };
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    if (!page) return void response.writeHead(404).end();
    page().then(
      ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  try {
    await listen(server, { host, port });
    logger.info({ port }, 'Metrics are served');
    return server;
  } catch (error) {
    logger.error({ port, ...toLoggable(error) }, 'WORKER_METRICS_PORT cannot be used; no metrics are served');
    return null;
  }
}
