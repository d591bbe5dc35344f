import type { Request, RequestHandler, Response } from 'express';
import { requireActor, type Actor } from '../http/auth';

/** What may be read without a token where the administrator says so. */
export type PublicPage = 'metrics' | 'docs' | 'readiness';

/** Pages for people with a token or a log-in, unless they are public. */
export interface PageGuard {
  /** Before a page: refuses strangers. */
  open: (page: PublicPage) => RequestHandler;
  /** Whether a stranger may, or it is none; never throws. */
  maySee: (page: PublicPage, request: Request, response: Response) => Promise<boolean>;
}

export function createPageGuard(
  identify: (...call: Parameters<RequestHandler>) => Promise<Actor>,
  publicPages: readonly PublicPage[] = [],
): PageGuard {
  const isKnown = requireActor(identify);
  const pass: RequestHandler = (_request, _response, next) => next();
  return {
    open: (page) => (publicPages.includes(page) ? pass : isKnown),
    maySee: async (page, request, response) =>
      publicPages.includes(page) ||
      identify(request, response, () => undefined).then(
        () => true,
        () => false,
      ),
  };
}
