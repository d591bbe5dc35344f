import type { RequestHandler, Response } from 'express';
import { hitByFault } from '../../source-server/request-faults';
import type { Session } from '../session';
import { count, type WahaState } from '../waha-state';

const names: Record<number, string> = { 401: 'Unauthorized', 404: 'Not Found', 422: 'Unprocessable Entity' };

/** A refusal in the form of WAHA's framework. */
export const refuse = (response: Response, statusCode: number, message: string): void =>
  void response.status(statusCode).json({ statusCode, message, error: names[statusCode] ?? 'Error' });

/** Faults of requests, then the key. */
export function createDoor(waha: WahaState): RequestHandler {
  const { options } = waha;
  return async (request, response, next) => {
    const { path } = request;
    count(waha, `request ${request.method} ${path}`);
    if (await hitByFault(waha, request, response, refuse)) return;
    const isOpen = path === '/ping' || options.apiKey === null;
    if (!isOpen && request.get('x-api-key') !== options.apiKey) return refuse(response, 401, 'Unauthorized');
    next();
  };
}

/** The session of the path, or null once a 404 was answered. */
export function findSession(waha: WahaState, name: string, response: Response): Session | null {
  const session = waha.sessions.get(name) ?? null;
  if (!session) refuse(response, 404, 'Session not found');
  return session;
}

/** A session that works, or null once WAHA's 422 was answered. */
export function findWorking(waha: WahaState, name: string, response: Response): Session | null {
  const session = findSession(waha, name, response);
  if (session === null || session.status === 'WORKING') return session;
  const message = 'Session status is not as expected. Try again later or restart the session';
  response.status(422).json({ error: message, session: name, status: session.status, expected: ['WORKING'] });
  return null;
}
