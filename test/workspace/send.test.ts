import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSend } from '../../workspace/api/send';

type Step = (response: ServerResponse) => unknown;

const send = createSend(1);
let server: Server;
let got: { key: string | undefined; body: string }[];
let steps: Step[];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const part of request) body += String(part);
  const key = request.headers['idempotency-key'];
  got.push({ key: typeof key === 'string' ? key : undefined, body });
  steps[got.length - 1]?.(response);
}

beforeEach(async () => {
  got = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (method: string, type = 'application/json') =>
  send(
    new Request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      method,
      ...(method === 'GET' ? {} : { body: '{"a":1}', headers: { 'content-type': type } }),
    }),
  );

const lose: Step = (response) => response.destroy();
const sayRunning: Step = (response) =>
  response
    .writeHead(409, { 'content-type': 'application/problem+json' })
    .end('{"code":"idempotency_running"}');
const say =
  (status: number): Step =>
  (response) =>
    response.writeHead(status).end('{}');

test('a POST whose answer was lost is sent again under the same key, until the first one is done', async () => {
  steps = [lose, sayRunning, say(201)];
  expect((await ask('POST')).status).toBe(201);
  expect(got.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
  expect(new Set(got.map(({ key }) => key)).size).toBe(1);
  expect(got[0]?.key).toMatch(/^[0-9a-f]{32}$/);
});

test('each request has a key of its own, and what was answered is not asked again', async () => {
  steps = [say(503), say(409)];
  expect([(await ask('POST')).status, (await ask('POST')).status]).toEqual([503, 409]);
  expect(new Set(got.map(({ key }) => key)).size).toBe(2);
});

test('only a POST has a key, and none with a file', async () => {
  steps = [say(200), say(200)];
  await ask('GET');
  await ask('POST', 'application/zip');
  expect(got.map(({ key }) => key)).toEqual([undefined, undefined]);
});

test('twice without an answer is no answer', async () => {
  steps = [lose, lose];
  await expect(ask('POST')).rejects.toMatchObject({ name: 'TypeError' });
  expect(got).toHaveLength(2);
});
