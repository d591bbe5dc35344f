import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandboxWaha, type SandboxWaha } from '../../../sandbox/waha/waha';
import { createWahaClient, type WahaClient } from '../../../whatsapp/waha/rest/client';
import * as errors from '../../../whatsapp/rest/errors';
import { toHistoryEvent } from '../../../whatsapp/waha/rest/history';
import { translateWaha } from '../../../whatsapp/waha/translate';
import { opened } from '../../scenes/opened';
import { waitUntil } from '../../../local/ports';

const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1 }),
  (server) => server.stop(),
  'test',
);

const connect = (changes: Partial<Parameters<typeof createWahaClient>[0]> = {}): WahaClient =>
  createWahaClient({ baseUrl: waha.url, apiKey: waha.apiKey, session: 'default', ...changes });

const untilStatus = (status: string) =>
  waitUntil(() => Promise.resolve(waha.session().status === status), { what: status, limitMs: 10_000 });

async function openScanned(): Promise<WahaClient> {
  const client = connect();
  await client.createSession({ webhooks: [] });
  await untilStatus('SCAN_QR_CODE');
  waha.scan({ phone: '4930111222', lid: '99887766554433' });
  return client;
}

/** A server that answers everything in one way, to be a WAHA that is none. */
async function withServer(listener: RequestListener, act: (url: string) => Promise<void>): Promise<void> {
  const server = await new Promise<Server>((resolve) => {
    const listening = createServer(listener).listen(0, '127.0.0.1', () => resolve(listening));
  });
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const anyPage = { limit: 10, offset: 0 };

test('a session is made, shows its code as a PNG, is scanned, and says who it is', async () => {
  const client = connect();
  expect(await client.findSession()).toBeNull();
  await client.createSession({ webhooks: [] });
  await untilStatus('SCAN_QR_CODE');
  expect((await client.fetchQr()).subarray(1, 4).toString()).toBe('PNG');
  expect(await client.fetchMe()).toBeNull();
  expect(waha.scan({ phone: '4930111222' })).toBe(true);
  expect(await client.findSession()).toMatchObject({ status: 'WORKING', me: { id: '4930111222@c.us' } });
  await expect(client.fetchQr()).rejects.toThrow(errors.ServerStateError);
  await client.stopSession();
  expect(waha.session().status).toBe('STOPPED');
  await client.startSession();
  await untilStatus('WORKING');
  await client.logOutSession();
  await untilStatus('SCAN_QR_CODE');
  await client.restartSession();
  await untilStatus('SCAN_QR_CODE');
  await expect(client.createSession({})).rejects.toThrow(errors.ServerStateError);
});

test('what a configuration holds that we do not know is kept when it is written back', async () => {
  const client = connect();
  const config = { proxy: { server: 'proxy:1' }, webhooks: [{ url: 'http://x/', customHeaders: [] }] };
  await client.createSession(config);
  const found = await client.findSession();
  await client.updateSession({ ...found?.config, webhooks: found?.config?.webhooks ?? [] });
  expect(waha.session().config).toEqual(config);
});

test('chats and their messages are read by pages and times, and a message of the history is one of a webhook', async () => {
  const client = await openScanned();
  const at = (index: number) => 1_790_000_000 + index * 60;
  waha.fillHistory(
    Array.from({ length: 25 }, (_, index) => ({
      ...{
        chatId: '491701234567@c.us',
        text: `line ${index}`,
        timestamp: at(index),
        stanzaId: `3EB0${index}`,
      },
    })),
  );
  waha.fillHistory([{ chatId: '120363000000000001@g.us', text: 'newest', timestamp: at(99) }]);
  const chats = await client.listChats(anyPage);
  expect(chats.map(({ id }) => id)).toEqual(['120363000000000001@g.us', '491701234567@c.us']);
  expect(chats[1]?.lastMessageAt).toEqual(new Date(at(24) * 1000));
  const from = new Date(at(5) * 1000);
  const page = { from, to: new Date(at(20) * 1000), limit: 10 };
  const first = await client.listMessages('491701234567@c.us', { ...page, offset: 0 });
  const second = await client.listMessages('491701234567@c.us', { ...page, offset: 10 });
  expect([first.length, second.length]).toEqual([10, 6]);
  const me = await client.fetchMe();
  const translations = [...first, ...second].flatMap((payload) =>
    translateWaha(toHistoryEvent(payload, { session: 'default', me, readAt: new Date() })),
  );
  expect(translations.map((one) => one.kind === 'message' && one.message.text)).toEqual(
    Array.from({ length: 16 }, (_, index) => `line ${20 - index}`),
  );
});

test('a LID is answered with its number, or with nothing where WhatsApp hides it', async () => {
  const client = await openScanned();
  waha.setLids({ '4639135154355': '491701234567', '111222333444555': null });
  expect(await client.fetchLid('4639135154355')).toEqual({
    lid: '4639135154355@lid',
    pn: '491701234567@c.us',
  });
  expect((await client.fetchLid('111222333444555@lid')).pn).toBeNull();
  expect(await client.listLids(anyPage)).toHaveLength(2);
});

test('each fault of WAHA has the error with its remedy', async () => {
  const client = await openScanned();
  const errorOf = (asked: Promise<unknown>) =>
    asked.then(
      () => null,
      (error: unknown) => error,
    );
  await expect(connect({ apiKey: 'wrong' }).findSession()).rejects.toThrow(errors.ServerKeyError);
  await expect(connect({ session: 'no' }).startSession()).rejects.toThrow(errors.ServerMissingError);
  await expect(connect({ baseUrl: 'http://127.0.0.1:9' }).findSession()).rejects.toThrow(
    errors.ServerUnreachableError,
  );
  waha.setFaults([{ kind: 'down' }]);
  expect(await errorOf(client.findSession())).toBeInstanceOf(errors.ServerUnreachableError);
  waha.setFaults([{ kind: 'refuse', status: 500 }]);
  expect(await errorOf(client.findSession())).toBeInstanceOf(errors.ServerUnreachableError);
  waha.setFaults([{ kind: 'slow', delayMs: 60_000 }]);
  expect(await errorOf(connect({ timeoutMs: 100 }).findSession())).toBeInstanceOf(
    errors.ServerUnreachableError,
  );
  waha.setFaults([{ kind: 'garbage' }]);
  expect(await errorOf(client.findSession())).toBeInstanceOf(errors.ServerAnswerError);
  waha.setStatus('FAILED');
  expect(await errorOf(client.listChats(anyPage))).toBeInstanceOf(errors.ServerStateError);
});

test('a redirect is not followed: the key goes to no other host', async () => {
  const keys: unknown[] = [];
  await withServer(
    (request, response) => void (keys.push(request.headers['x-api-key']), response.end('{}')),
    async (url) => {
      waha.setFaults([{ kind: 'redirect', to: url }]);
      await expect(connect().findSession()).rejects.toThrow(errors.ServerAnswerError);
    },
  );
  expect(keys).toEqual([]);
});

test('the host of a request is the base’s, whatever a session or chat is called', async () => {
  const paths: (string | undefined)[] = [];
  await withServer(
    (request, response) => void (paths.push(request.url), response.end('[]')),
    async (url) => {
      const client = connect({ baseUrl: `${url}/below/`, session: '../../x?y=//evil.example' });
      await client.listMessages('../../../etc/passwd', anyPage);
    },
  );
  expect(paths).toEqual([
    '/below/api/..%2F..%2Fx%3Fy%3D%2F%2Fevil.example/chats/..%2F..%2F..%2Fetc%2Fpasswd/messages?limit=10&offset=0&downloadMedia=false',
  ]);
});

test('an answer without end is cut off', async () => {
  await withServer(
    (_request, response) => {
      const more = () => void (response.destroyed || response.write(Buffer.alloc(1 << 20, 32), more));
      more();
    },
    async (url) => {
      await expect(connect({ baseUrl: url }).findSession()).rejects.toThrow(/too large/);
    },
  );
});
