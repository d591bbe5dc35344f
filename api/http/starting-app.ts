import express, { type Express } from 'express';
import { comeBack, sendProblem } from './problem';

/** Answers until the database is there: the process lives, is not ready, and takes nothing yet. */
export function createStartingApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    response.status(503).json({ status: 'not ready' });
  });
  app.use((_request, response) => {
    sendProblem(response, comeBack('starting'));
  });
  return app;
}
