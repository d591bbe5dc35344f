import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TCP port on 127.0.0.1 that nothing listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Why this process cannot listen on the port of this host (`EADDRINUSE`, `EACCES`, ...); null when it can. */
export function explainTaken(port: number, host = '127.0.0.1'): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Whether something accepts a connection on the port. */
export function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** Asks again every `everyMs` until the answer is yes; throws after `limitMs`, or at once what `isPossible` throws. */
export async function waitUntil(
  isReady: () => Promise<boolean>,
  {
    what,
    limitMs,
    everyMs = 50,
    isPossible,
  }: { what: string; limitMs: number; everyMs?: number; isPossible?: () => void },
): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    isPossible?.();
    if (await isReady()) return;
    if (Date.now() > deadline) throw new Error(`${what} was not ready within ${limitMs / 1000} s`);
    await sleep(everyMs);
  }
}
