import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { MetricsExporterConfig } from '@temporalio/worker';

/** The figures of Temporal's SDK: its pollers, slots, caches and requests. */
export interface SdkMetrics {
  exporter: MetricsExporterConfig;
  /** In Prometheus' form; nothing when they cannot be read, as ours do not wait for them. */
  read: () => Promise<string>;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The SDK serves its figures by itself: on this machine only, from where they go into the worker's own page, so that there is one page to scrape. */
export async function createSdkMetrics(): Promise<SdkMetrics> {
  const bindAddress = `127.0.0.1:${await findFreePort()}`;
  return {
    exporter: {
      prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
    },
    read: () =>
      fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(2_000) }).then(
        (response) => (response.ok ? response.text() : ''),
        () => '',
      ),
  };
}
