import type { Request, RequestHandler } from 'express';
import type { Metrics } from '../../telemetry';

/** The pattern of the route (`/api/v1/links/:linkId`), never the path, which may hold a phone or a name. */
function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  return typeof route?.path === 'string' ? `${request.baseUrl}${route.path}` : 'other';
}

/** Counts and times every answer by its route. */
export function countRequests({ httpRequests, httpDurationSeconds }: Metrics): RequestHandler {
  return (request, response, next) => {
    const startedAt = process.hrtime.bigint();
    response.on('finish', () => {
      const route = routeOf(request);
      httpRequests.inc({ route, status: String(response.statusCode) });
      httpDurationSeconds.observe({ route }, Number(process.hrtime.bigint() - startedAt) / 1e9);
    });
    next();
  };
}
