import { Router } from 'express';
import { readBuild } from '../processes/build';
import type { ApiContext } from './context';
import { createMetricsPage } from './figures/metrics-page';
import type { PageGuard } from './door/public-pages';
import { createReadiness } from './readiness';

/**
 * `/healthz`: the process lives. `/readyz`: 200 while the database is there, since messages can be taken then; Temporal
 * being away is said, but what is taken meanwhile is backed up later. `/version`: what runs. `/metrics`: for Prometheus. How each part is, and the
 * metrics, are for those with a token, unless they are public pages.
 */
export function createHealthRouter(context: ApiContext, pages: PageGuard): Router {
  const { registry } = context.metrics;
  const router = Router();
  const look = createReadiness(context);
  const metricsPage = createMetricsPage(context);
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (request, response) => {
    const [{ isReady, missing, parts }, isShown] = await Promise.all([
      look(),
      pages.maySee('readiness', request, response),
    ]);
    const status = isReady ? 'ready' : 'not ready';
    response.status(isReady ? 200 : 503).json({ status, ...(isShown ? { missing, parts } : {}) });
  });
  const build = readBuild();
  router.get('/version', (_request, response) => {
    response.json(build);
  });
  router.get('/metrics', pages.open('metrics'), async (_request, response) => {
    response.type(registry.contentType).send(await metricsPage());
  });
  return router;
}
