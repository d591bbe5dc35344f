import type { ErrorRequestHandler } from 'express';
import { AskAdminError, Bitrix24Error, ReauthoriseError, WaitUntilError } from '../../bitrix24/errors';
import { toLoggable, type Logger } from '../../telemetry';
import { comeBack, Problem, sendProblem } from './problem';
import { isStoreAway } from '../../store/store-away';

/** What express and its body parsers throw: `type` says what happened, `status` is the HTTP status they suggest. */
const parserTypes: Record<string, ConstructorParameters<typeof Problem>[0]> = {
  'entity.parse.failed': 'malformed_json',
  'entity.too.large': 'body_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
};

function fromParser(error: unknown): Problem | null {
  if (typeof error !== 'object' || error === null) return null;
  const { type, status } = error as { type?: unknown; status?: unknown };
  const code = typeof type === 'string' ? parserTypes[type] : undefined;
  if (code) return new Problem(code);
  return typeof status === 'number' && status >= 400 && status < 500 ? new Problem('bad_request') : null;
}

function fromPortal(error: unknown): Problem | null {
  if (!(error instanceof Bitrix24Error)) return null;
  if (error instanceof AskAdminError) return new Problem('portal_refused', { detail: error.advice });
  if (error instanceof ReauthoriseError) {
    return new Problem('portal_refused', { detail: 'Renew the portal’s inbound webhook.' });
  }
  const waitMs = error instanceof WaitUntilError ? error.retryAfterMs : 5_000;
  return comeBack('portal_unavailable', Math.max(1, Math.ceil(waitMs / 1_000)));
}

/** The problem that an error is answered with. Null: unexpected. */
export function toProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (isStoreAway(error)) return comeBack('store_unavailable');
  return fromPortal(error) ?? fromParser(error);
}

/** The last handler: every error becomes a problem, an unexpected one a 500 without internals. */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return void next(error);
    const problem = toProblem(error) ?? new Problem('internal');
    if (problem.status >= 500) {
      const level = problem.code === 'internal' ? 'error' : 'warn';
      logger[level](
        { method: request.method, problem: problem.code, ...toLoggable(error) },
        'request failed',
      );
    }
    sendProblem(response, problem);
  };
}
