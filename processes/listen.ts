import { once } from 'node:events';
import type { Server } from 'node:http';

/** The port is another program's; what to do about it is the message. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  constructor(host: string, port: number) {
    super(`Port ${port} on ${host} is taken by another program. Stop it, or set PORT to a free port.`);
  }
}

/** Listens, or throws `PortTakenError`. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? new PortTakenError(host, port) : error;
  }
}

/** Takes nothing new, lets what is under way end for `graceMs`, then cuts it off. */
export async function stopListening(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}
