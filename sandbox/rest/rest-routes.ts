import { raw, Router, type Request, type Response, type ErrorRequestHandler } from 'express';
import { breakFaults } from '../faults';
import type { PortalState } from '../portal-state';
import { BatchAnswer, parseBatch, type BatchCommand } from './batch';
import { isTurnedAway } from './door';
import { isMap, RestError, toList, toText, type Params } from './method';
import { Reply } from './reply';
import { readParams } from './request-body';
import { RequestRun, toRefusal } from './request-run';
import { perform } from './carry-out-request';

type RestRequest = Request<{ secret?: string; method: string }>;

const isYes = (value: unknown) => ['1', 'true', 'Y'].includes(toText(value));

function createCommands(method: string, params: Params, batch: BatchAnswer | undefined): BatchCommand[] {
  if (batch !== undefined) return parseBatch(params, batch.results);
  return [{ key: '', method, readParams: () => params }];
}

const toBodyText = ({ body }: { body?: unknown }) => (Buffer.isBuffer(body) ? body.toString('utf8') : '');

const hasFiles = ({ fields }: Params): boolean => isMap(fields) && toList(fields['FILES']).length > 0;
const anything = { methods: [], isBatch: false, hasFiles: false };

async function serve(portal: PortalState, req: RestRequest, res: Response): Promise<void> {
  const reply = new Reply(portal, res);
  if (portal.faults.takeFirewall(toBodyText(req))) {
    reply.gateway(403);
    return;
  }
  const params = readParams(req);
  const method = req.params.method.toLowerCase().replace(/\.json$/, '');
  const batch = method === 'batch' ? new BatchAnswer(portal) : undefined;
  const isBatch = batch !== undefined;
  const commands = createCommands(method, params, batch);
  const names = commands.map((command) => command.method);
  const target = { methods: names, isBatch, hasFiles: !isBatch && hasFiles(params) };
  portal.statistics.requestWith(names);
  if (isTurnedAway(portal, req, reply, target)) return;
  const run = new RequestRun(portal);
  if (isBatch) {
    portal.statistics.command('batch');
    portal.statistics.batch(commands.length);
    if (run.isBlocked('batch')) {
      reply.error(
        new RestError(429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.'),
      );
      return;
    }
    // A refusal of the batch itself: none of its commands is carried out.
    const refused = portal.faults.takeAtCommand(['refuse', 'emptyError'], 'batch', 0);
    if (refused?.fault.method === 'batch') {
      reply.error(toRefusal(refused.fault));
      return;
    }
  }
  const trouble = {
    breakage: portal.faults.take(breakFaults, target),
    slownessMs: portal.faults.takeSlownessMs(target),
  };
  const limit = setTimeout(() => {
    run.isCutOff = true;
    reply.gateway(504);
  }, portal.timing.requestLimitMs);
  try {
    await perform({ portal, reply, run, commands, batch, halts: isYes(params['halt']) }, trouble);
  } catch (error) {
    process.stderr.write(
      `sandbox portal: ${method}: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    reply.error(new RestError(500, 'INTERNAL_SERVER_ERROR', 'Internal server error'));
  } finally {
    clearTimeout(limit);
  }
}

/** The one who asked went away while asking, as a worker that is killed does: nothing is to be said about that. */
const leaveAborted: ErrorRequestHandler = (error: { type?: unknown }, _req, res, next) => {
  if (error.type === 'request.aborted') res.destroy();
  else next(error);
};

/** `/rest/<user>/<secret>/<method>`, by POST and GET; without a secret everything is unauthorised. */
export function createRestRoutes(portal: PortalState): Router {
  const router = Router();
  router.use((_req, res, next) => {
    portal.statistics.request();
    if (portal.faults.take(['down'], anything) === undefined) next();
    else new Reply(portal, res).drop();
  });
  router.use(raw({ type: () => true, limit: '256mb' }), leaveAborted);
  const handler = (req: RestRequest, res: Response) => serve(portal, req, res);
  router.all('/:user/:secret/:method', handler);
  router.all('/:method', handler);
  return router;
}
