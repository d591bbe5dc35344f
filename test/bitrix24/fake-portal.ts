import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { Bitrix24Error } from '../../bitrix24/errors';

export const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export type Handler = (body: string, request: IncomingMessage, response: ServerResponse) => void;

export async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A portal that answers each request by `handle`, and keeps what it was asked. */
export async function startPortal(handle: Handler) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      bodies.push(`${request.method} ${request.url} ${body}`);
      handle(body, request, response);
    });
  });
  const port = await listen(server);
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host: `127.0.0.1:${port}`, webhookUrl: `http://127.0.0.1:${port}/rest/1/s3cr3t/`, bodies };
}

export const answer = (body: unknown, status = 200): Handler => {
  return (_body, _request, response) => {
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};

export const failure = async (work: Promise<unknown>): Promise<Bitrix24Error> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Bitrix24Error)) throw new Error('expected one of our errors', { cause: error });
  return error;
};
