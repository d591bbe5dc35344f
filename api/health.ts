import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import { readBuild } from '../processes/build';
import type { ApiContext } from './context';

const checkMs = 2_000;

const isUp = (check: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    check.then(
      () => true,
      () => false,
    ),
    sleep(checkMs, false, { ref: false }),
  ]);

/**
 * `/healthz`: the process lives. `/readyz`: 200 while the database is there, since messages can be taken then; Temporal
 * being away is said, but what is taken meanwhile is backed up later. `/version`: what runs. `/metrics`: for Prometheus. None needs a
 * token.
 */
export function createHealthRouter({ store, temporal, metrics }: ApiContext): Router {
  const router = Router();
  const askTemporal = () =>
    temporal.connection.withDeadline(Date.now() + checkMs, () => temporal.workflowService.getSystemInfo({}));
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [mongodb, temporalIsUp] = await Promise.all([isUp(store.ping()), isUp(askTemporal())]);
    const missing = [...(mongodb ? [] : ['mongodb']), ...(temporalIsUp ? [] : ['temporal'])];
    response.status(mongodb ? 200 : 503).json({ status: mongodb ? 'ready' : 'not ready', missing });
  });
  const build = readBuild();
  router.get('/version', (_request, response) => {
    response.json(build);
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}
