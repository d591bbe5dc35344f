import type { RequestHandler, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../session';
import { count, type WahaState } from '../waha-state';

const names: Record<number, string> = { 401: 'Unauthorized', 404: 'Not Found', 422: 'Unprocessable Entity' };

/** A refusal in the form of WAHA's framework. */
export const refuse = (response: Response, statusCode: number, message: string): void =>
  void response.status(statusCode).json({ statusCode, message, error: names[statusCode] ?? 'Error' });

/** Faults of requests, then the key. */
export function createDoor(waha: WahaState): RequestHandler {
  const { faults, options, stopped } = waha;
  return async (request, response, next) => {
    const { path } = request;
    count(waha, `request ${request.method} ${path}`);
    if (faults.take('down', path)) return void request.socket.destroy();
    const slow = faults.take('slow', path);
    if (slow) await delay(slow.delayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    const refused = faults.take('refuse', path);
    if (refused) return refuse(response, refused.status, 'Refused by a fault.');
    const moved = faults.take('redirect', path);
    if (moved) return response.redirect(302, moved.to);
    if (faults.take('garbage', path)) return void response.type('html').send('<html>Bad gateway</html>');
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
