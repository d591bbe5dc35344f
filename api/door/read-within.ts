import type { RequestHandler } from 'express';

/** Reads a body by this handler; one that is not there in time is cut off. */
export const readWithin =
  (ms: number, read: RequestHandler): RequestHandler =>
  (request, response, next) => {
    const timer = setTimeout(() => request.destroy(), ms);
    void read(request, response, (error?: unknown) => {
      clearTimeout(timer);
      next(error);
    });
  };
