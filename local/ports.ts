import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type ListenOptions } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens for a moment; gives the port, or rejects with the system's reason. */
async function tryListening(options: ListenOptions): Promise<number> {
  const server = createServer().listen({ exclusive: true, ...options });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A TCP port on 127.0.0.1 that nothing listens on right now. */
export const freePort = (): Promise<number> => tryListening({ port: 0, host: '127.0.0.1' });

/** Why this process cannot listen on the port of this host (`EADDRINUSE`, `EACCES`, ...); null when it can. */
export const explainTaken = (port: number, host = '127.0.0.1'): Promise<string | null> =>
  tryListening({ port, host }).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

/** Whether a server accepts a connection on the port. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  } finally {
    // A refusal may still come after the time-out, and an error without a listener would end this process.
    socket.on('error', () => undefined).destroy();
  }
}

interface Wait {
  what: string;
  limitMs: number;
  everyMs?: number;
  isPossible?: () => void;
}

/** Asks again every `everyMs` until the answer is yes; throws after `limitMs`, or at once what `isPossible` throws. */
export async function waitUntil(
  isReady: () => Promise<boolean>,
  { what, limitMs, everyMs = 50, isPossible }: Wait,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    isPossible?.();
    if (await isReady()) return;
    if (Date.now() > deadline) throw new Error(`${what} was not ready within ${limitMs / 1000} s`);
    await sleep(everyMs);
  }
}
