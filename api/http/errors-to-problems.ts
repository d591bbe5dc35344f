import type { ErrorRequestHandler } from 'express';
import {
  AskAdminError,
  BadRequestError,
  Bitrix24Error,
  ContactGoneError,
  PortalGoneError,
  ReauthoriseError,
  WaitUntilError,
} from '../../bitrix24/errors';
import { toLoggable, type Logger } from '../../telemetry';
import { hangUpSoon } from '../door/hang-up';
import { ServerError, ServerStateError, ServerUnreachableError } from '../../whatsapp/rest/errors';
import { comeBack, Problem, sendProblem } from './problem';
import { isStoreAway } from '../../store/store-away';

/** Errors of express and its body parsers: `type` says what happened, `status` is the HTTP status they suggest. */
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

/** A refusal that stands however often the same is asked for: no answer says when to come back. */
function refusalOf(error: Bitrix24Error): Problem | null {
  if (error instanceof ContactGoneError) return new Problem('contact_gone');
  if (error instanceof PortalGoneError) {
    return new Problem('portal_refused', { detail: 'The portal no longer exists: connect another one.' });
  }
  if (error instanceof BadRequestError) {
    return new Problem('portal_refused', { detail: 'Bitrix24 refuses just this request; change it.' });
  }
  return null;
}

function fromPortal(error: unknown): Problem | null {
  if (!(error instanceof Bitrix24Error)) return null;
  if (error instanceof AskAdminError) return new Problem('portal_refused', { detail: error.advice });
  if (error instanceof ReauthoriseError) {
    return new Problem('portal_refused', { detail: 'Renew the portal’s inbound webhook.' });
  }
  const refusal = refusalOf(error);
  if (refusal) return refusal;
  const waitMs = error instanceof WaitUntilError ? error.retryAfterMs : (error.nextProbeMs ?? 5_000);
  return comeBack('portal_unavailable', Math.max(1, Math.ceil(waitMs / 1_000)));
}

function fromServer(error: unknown): Problem | null {
  if (!(error instanceof ServerError)) return null;
  const { advice: detail } = error;
  if (error instanceof ServerStateError) return new Problem('source_state', { detail });
  if (error instanceof ServerUnreachableError) return comeBack('source_unavailable', 10, detail);
  return new Problem('source_refused', { detail });
}

/** The problem that an error is answered with. Null: unexpected. */
export function toProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (isStoreAway(error)) return comeBack('store_unavailable');
  return fromPortal(error) ?? fromServer(error) ?? fromParser(error);
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
    hangUpSoon(request);
  };
}
