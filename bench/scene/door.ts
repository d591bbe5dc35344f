import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * The fate of requests to a portal: `open` passes them on; `refused` nobody listens; `hanging` their request is taken
 * and nothing follows; `mute` their request reaches the portal, which carries it out, and its answer is swallowed.
 */
export type DoorState = 'open' | 'refused' | 'hanging' | 'mute';

/** A line to a portal that a benchmark can disturb as networks do. */
export interface BenchDoor {
  port: number;
  /** Breaks the connections there are, and treats later ones so. */
  set(state: DoorState): Promise<void>;
  close(): Promise<void>;
}

/** On a port of its own, which it takes again when it opens. */
export async function startDoor(targetPort: number): Promise<BenchDoor> {
  const sockets = new Set<Socket>();
  let state: DoorState = 'open';
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };

  const server = createServer((socket) => {
    keep(socket);
    if (state === 'hanging') return void socket.resume();
    const upstream = connect(targetPort, '127.0.0.1');
    keep(upstream);
    socket.on('close', () => upstream.destroy());
    socket.pipe(upstream);
    if (state === 'mute') return void upstream.resume();
    upstream.on('close', () => socket.destroy());
    upstream.pipe(socket);
    return undefined;
  });

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const breakAll = () => sockets.forEach((socket) => socket.destroy());
  const stopListening = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    breakAll();
    await closed;
  };

  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    set: async (next) => {
      state = next;
      breakAll();
      if (next === 'refused') await stopListening();
      else if (!server.listening) await listen(port);
    },
    close: async () => {
      if (server.listening) await stopListening();
    },
  };
}
