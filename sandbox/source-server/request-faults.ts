import type { Request, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { SourceFaults } from './faults';

interface Server {
  faults: SourceFaults;
  stopped: AbortController;
}

/** The faults that hit a request, of WAHA's server and Evolution's. True: one of them has answered it, or cut it off. `refuse` answers in the server's own form. */
export async function hitByFault(
  { faults, stopped }: Server,
  { path, socket }: Request,
  response: Response,
  refuse: (response: Response, status: number, message: string) => void,
): Promise<boolean> {
  if (faults.take('down', path)) {
    socket.destroy();
    return true;
  }
  const slow = faults.take('slow', path);
  if (slow) await delay(slow.delayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
  const refused = faults.take('refuse', path);
  const moved = refused ? undefined : faults.take('redirect', path);
  if (refused) refuse(response, refused.status, 'Refused by a fault.');
  else if (moved) response.redirect(302, moved.to);
  else if (faults.take('garbage', path)) response.type('html').send('<html>Bad gateway</html>');
  else return false;
  return true;
}
