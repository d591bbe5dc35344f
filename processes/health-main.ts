import { loadEnvironment } from '../config';

/**
 * A container's health check, with Node alone: ends with 0 when the address of its argument, `api` or `worker`, answers well.
 * `api`: ready, so that messages can be taken; `worker`: it lives.
 */
const { PORT = '3000', WORKER_METRICS_PORT = '9464' } = loadEnvironment();
const addresses: Record<string, string> = {
  api: `http://127.0.0.1:${PORT}/readyz`,
  worker: `http://127.0.0.1:${WORKER_METRICS_PORT}/healthz`,
};

fetch(addresses[process.argv[2] ?? ''] ?? '', { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
);
