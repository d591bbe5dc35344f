import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import { readBuild } from '../processes/build';
import type { ApiContext } from './context';
import type { PageGuard } from './door/public-pages';

const checkMs = 2_000;
/** However many ask, the servers are asked this often at most. */
const sameForMs = 500;

const isUp = (check: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    check.then(
      () => true,
      () => false,
    ),
    sleep(checkMs, false, { ref: false }),
  ]);

interface Readiness {
  isReady: boolean;
  missing: string[];
}

function createReadiness({ store, temporal }: ApiContext): () => Promise<Readiness> {
  const askTemporal = () =>
    temporal.connection.withDeadline(Date.now() + checkMs, () => temporal.workflowService.getSystemInfo({}));
  async function look(): Promise<Readiness> {
    const [mongodb, temporalIsUp] = await Promise.all([isUp(store.ping()), isUp(askTemporal())]);
    const missing = [...(mongodb ? [] : ['mongodb']), ...(temporalIsUp ? [] : ['temporal'])];
    return { isReady: mongodb, missing };
  }
  let last: { at: number; readiness: Promise<Readiness> } | null = null;
  return () => {
    const at = performance.now();
    if (!last || at - last.at > sameForMs) last = { at, readiness: look() };
    return last.readiness;
  };
}

/**
 * `/healthz`: the process lives. `/readyz`: 200 while the database is there, since messages can be taken then; Temporal
 * being away is said, but what is taken meanwhile is backed up later. `/version`: what runs. `/metrics`: for Prometheus. What is missing, and the
 * metrics, are for those with a token, unless they are public pages.
 */
export function createHealthRouter(context: ApiContext, pages: PageGuard): Router {
  const { registry } = context.metrics;
  const router = Router();
  const look = createReadiness(context);
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (request, response) => {
    const [{ isReady, missing }, isShown] = await Promise.all([
      look(),
      pages.maySee('readiness', request, response),
    ]);
    const status = isReady ? 'ready' : 'not ready';
    response.status(isReady ? 200 : 503).json({ status, ...(isShown ? { missing } : {}) });
  });
  const build = readBuild();
  router.get('/version', (_request, response) => {
    response.json(build);
  });
  router.get('/metrics', pages.open('metrics'), async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
