import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { opened } from './opened';

export interface Got {
  id: string;
  headers: IncomingHttpHeaders;
  raw: string;
  event: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** Somebody's endpoint for webhooks. `answer` is the status of the next answers; null: it never answers. */
export interface Receiver {
  url: string;
  got: Got[];
  answer: { status: number | null; location?: string };
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const receiver = { url: '', got: [] as Got[], answer: { status: 200 } as Receiver['answer'] };
  const server: Server = createServer((request, response) => {
    let raw = '';
    request.setEncoding('utf8').on('data', (part: string) => (raw += part));
    request.on('end', () => {
      const { headers } = request;
      receiver.got.push({ id: String(headers['webhook-id']), headers, raw, event: JSON.parse(raw) });
      const { status, location } = receiver.answer;
      if (status === null) return;
      response.writeHead(status, location === undefined ? {} : { location }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(receiver, { stop });
}

export const useReceiver = (): Receiver => opened(startReceiver, (receiver) => receiver.stop(), 'test');

/** Checks a request as a receiver would, by the words of the Standard Webhooks specification. */
export function isSigned({ headers, raw }: Got, secret: string): boolean {
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.${raw}`).digest('base64');
  const isFresh = Math.abs(Date.now() / 1_000 - Number(timestamp)) < 60;
  return isFresh && headers['webhook-signature'] === `v1,${wanted}`;
}
