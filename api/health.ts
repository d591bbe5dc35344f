import { Router } from 'express';
import type { ApiContext } from './context';

const checkMs = 2_000;

async function isUp(check: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), checkMs);
  });
  try {
    await Promise.race([check(), late]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `/healthz`: the process lives. `/readyz`: 200 while the database is there, since messages can be taken then; Temporal
 * away is told, but what is taken meanwhile is backed up later. `/metrics`: for Prometheus. None needs a token.
 */
export function createHealthRouter({ store, temporal, metrics }: ApiContext): Router {
  const router = Router();
  const askTemporal = () =>
    temporal.connection.withDeadline(Date.now() + checkMs, () => temporal.workflowService.getSystemInfo({}));
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [mongodb, temporalIsUp] = await Promise.all([isUp(() => store.ping()), isUp(askTemporal)]);
    const missing = [...(mongodb ? [] : ['mongodb']), ...(temporalIsUp ? [] : ['temporal'])];
    response.status(mongodb ? 200 : 503).json({ status: mongodb ? 'ready' : 'not ready', missing });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}
