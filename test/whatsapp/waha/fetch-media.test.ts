import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SourceFile } from '../../../whatsapp/rest/download';
import { fetchWahaMedia, toFileUrl } from '../../../whatsapp/waha/fetch-media';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

let handle: Handle = (_, response) => void response.end();
let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.url} ${String(request.headers['x-api-key'])}`);
  handle(request, response);
});
let baseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/waha/`;
});
afterAll(() => server.closeAllConnections());
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked = [];
});

const message = { chatId: '4917@c.us', messageId: 'false_4917@c.us_A' };
const fetchIt = (url: string | null) =>
  fetchWahaMedia({ baseUrl, apiKey: 'key', session: 'default' }, { url, ...message });
const textOf = async (file: SourceFile): Promise<string> =>
  file.kind === 'bytes' ? (await buffer(file.bytes)).toString() : file.kind;

test.each([
  ['http://localhost:3000/api/files/default/a.jpg', '/waha/api/files/default/a.jpg'],
  ['/api/files/default/a%20b.jpg', '/waha/api/files/default/a%20b.jpg'],
  ['https://evil.example/api/files/x.jpg?key=1', '/waha/api/files/x.jpg'],
  ['https://evil.example/other/x.jpg', null],
  ['http://localhost:3000/api/files/../sessions', null],
  ['http://localhost:3000/api/files/..%2f..%2fsessions', null],
  ['file:///etc/passwd', null],
  ['\\\\evil\\share', null],
  ['', null],
])('the address %s is %s at the configured WAHA, or none', (given, path) => {
  const url = toFileUrl(baseUrl, given);
  expect(url && url.href.replace(new URL(baseUrl).origin, '')).toBe(path);
});

test('a file comes from the configured base, with the key', async () => {
  handle = (_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end('bytes');
  const file = await fetchIt('http://localhost:3000/api/files/default/a.jpg');
  expect(file).toMatchObject({ kind: 'bytes', mimeType: 'image/jpeg' });
  expect(await textOf(file)).toBe('bytes');
  expect(asked).toEqual(['/waha/api/files/default/a.jpg key']);
});

test('a redirect is not followed: the key goes nowhere else', async () => {
  handle = (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  expect(await fetchIt('http://localhost:3000/api/files/default/a.jpg')).toEqual({ kind: 'away' });
  expect(asked).toHaveLength(1);
});

test.each([['http://localhost:3000/api/files/default/old.jpg'], [null], ['https://evil.example/x.jpg']])(
  'what WAHA dropped (%s) is asked for again by its message',
  async (url) => {
    handle = (request, response) => {
      if (request.url?.endsWith('/old.jpg')) return void response.writeHead(404).end();
      if (request.url?.endsWith('/new.jpg')) return void response.end('bytes');
      response.end(JSON.stringify({ media: { url: 'http://localhost:3000/api/files/default/new.jpg' } }));
    };
    expect(await textOf(await fetchIt(url))).toBe('bytes');
    expect(asked.at(-2)).toBe(
      '/waha/api/default/chats/4917%40c.us/messages/false_4917%40c.us_A?downloadMedia=true key',
    );
  },
);

test.each<[string, Handle, string]>([
  ['gone: neither file nor message', (_, response) => void response.writeHead(404).end(), 'gone'],
  ['gone: the message has no file any more', (_, response) => void response.end('{"media":null}'), 'gone'],
  ['away: WAHA fails', (_, response) => void response.writeHead(500).end(), 'away'],
  ['away: the connection breaks', (request) => void request.socket.destroy(), 'away'],
])('%s', async (_, answer, kind) => {
  handle = (request, response) => {
    if (kind === 'gone' && request.url?.includes('/api/files/')) return void response.writeHead(404).end();
    answer(request, response);
  };
  expect(await fetchIt('http://localhost:3000/api/files/default/a.jpg')).toEqual({ kind });
});
