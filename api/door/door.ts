import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { isLetIn } from './let-in';

/** How long, and how many of those whom nobody knows yet. */
interface DoorLimits {
  headersMs: number;
  /** A whole request, files included: 100 MB over a line of 1 Mbit/s. Other bodies have less time, see `body-pool.ts` and `read-json.ts`. */
  requestMs: number;
  /** Connections on which nobody was let in yet. */
  strangers: number;
}

const usual: DoorLimits = { headersMs: 10_000, requestMs: 15 * 60_000, strangers: 1_000 };
const checkEveryMs = 2_000;
const maxHeaders = 100;

/**
 * Of too many strangers the longest connected one goes, so that a stranger pushes out strangers only: a signed webhook is let in within
 * milliseconds, and its connection is then never taken for another's.
 */
function limitStrangers(server: Server, atMost: number): void {
  const strangers = new Set<Socket>();
  const dropOldest = () => {
    for (const socket of strangers) {
      strangers.delete(socket);
      if (!isLetIn(socket)) return void socket.destroy();
    }
  };
  server.on('connection', (socket) => {
    strangers.add(socket);
    socket.once('close', () => strangers.delete(socket));
    if (strangers.size > atMost) dropOldest();
  });
}

/** The HTTP server: nobody keeps a connection by being slow, and strangers only so many. */
export function createDoor(answer: RequestListener, limits: Partial<DoorLimits> = {}): Server {
  const { headersMs, requestMs, strangers } = { ...usual, ...limits };
  const server = createServer(
    { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkEveryMs },
    answer,
  );
  server.maxHeadersCount = maxHeaders;
  limitStrangers(server, strangers);
  return server;
}
