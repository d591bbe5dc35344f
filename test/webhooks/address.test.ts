import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAddressRule } from '../../webhooks/address';
import { createPost } from '../../webhooks/post';

const request = { headers: { 'content-type': 'application/json' }, body: '{}' };
const rule = createAddressRule(['n8n', '10.0.0.5', '::1']);

test.each([
  'https://hooks.example.com/a',
  'https://93.184.216.34/a',
  'https://[2606:4700::1111]/a',
  'http://n8n:5678/a',
  'http://10.0.0.5/a',
  'https://[::1]:8443/a',
])('%s may get webhooks', (url) => {
  expect(rule.refuse(new URL(url))).toBeNull();
});

test.each([
  'http://hooks.example.com/a',
  'https://127.0.0.1/a',
  'https://localhost/a',
  'https://a.localhost/a',
  'https://10.0.0.6/a',
  'https://172.16.3.4/a',
  'https://192.168.1.1/a',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/a',
  'https://0.0.0.0/a',
  'https://2130706433/a',
  'https://0x7f.1/a',
  'https://[::ffff:127.0.0.1]/a',
  'https://[64:ff9b::7f00:1]/a',
  'https://[fe80::1]/a',
  'https://[fd00::1]/a',
  'https://[2002:7f00:1::]/a',
])('%s may get none', (url) => {
  expect(rule.refuse(new URL(url))).toMatch(/WEBHOOK_PRIVATE_HOSTS/);
});

/** What the system says of a name that is this machine. */
const find = (host: string, names: readonly string[]) =>
  new Promise((resolve) =>
    createAddressRule(names).lookup(host, { all: true }, (error, found) => resolve(error?.code ?? found)),
  );

test('a name that leads into a private network is refused when it is connected to, unless it is named', async () => {
  expect(await find('localhost', [])).toBe('ADDRESS_NOT_ALLOWED');
  expect(await find('localhost', ['localhost'])).toContainEqual(expect.objectContaining({ family: 4 }));
});

test('an answer without end is not read', async () => {
  let more: NodeJS.Timeout | undefined;
  const server = createServer((_request, response) => {
    response.writeHead(200);
    more = setInterval(() => response.write('x'.repeat(10_000)), 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await createPost(['127.0.0.1'])(url, request)).toEqual({ kind: 'taken' });
  // It waits for connections to end: with one that is still read it would wait for ever.
  await new Promise((resolve) => server.close(resolve));
  clearInterval(more);
});

test('an address that is refused is not asked', async () => {
  const outcome = await createPost([])('http://127.0.0.1:1/', request);
  expect(outcome).toMatchObject({ kind: 'away', reason: expect.stringContaining('WEBHOOK_PRIVATE_HOSTS') });
});
