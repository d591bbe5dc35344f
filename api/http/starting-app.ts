import express, { type Express } from 'express';
import { comeBack, sendProblem } from './problem';

/** Answers until the database is there: the process lives, is not ready, and takes nothing yet. `why`: what keeps it, where a person can do something. */
export function createStartingApp(why: () => string | null = () => null): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', (_request, response) => {
    const mongodb = why();
    response.status(503).json({ status: 'not ready', ...(mongodb === null ? {} : { parts: { mongodb } }) });
  });
  app.use((_request, response) => {
    sendProblem(response, comeBack('starting'));
  });
  return app;
}
