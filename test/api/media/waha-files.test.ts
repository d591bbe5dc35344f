import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../../../store/connection';
import { startApi, wahaMessage, type ApiServer } from '../../scenes/api';
import { eventually } from '../../scenes/product';
import { createFetchMedia } from '../../../processes/fetch-media';
import { openStore, type Store } from '../../../store/store';
import { mongoUri, uniqueDatabaseName } from '../../helpers/servers';

const key = 'a-key-of-the-webhook';
let api: ApiServer;
let store: Store;
let accountId: string;
const files = new Map<string, string>();
const server = createServer((request, response) => {
  const content = files.get(request.url ?? '');
  if (request.headers['x-api-key'] !== 'waha-key') response.writeHead(401).end();
  else if (content === undefined) response.writeHead(404).end('{}');
  else response.writeHead(200, { 'content-type': 'audio/ogg; codecs=opus' }).end(content);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store = await openStore({ uri: mongoUri(uniqueDatabaseName()), encryptionKey: Buffer.alloc(32, 7) });
  api = await startApi({ store, fetchMedia: createFetchMedia(store) });
  const { account } = await store.accounts.add({
    ...{ portalId: api.portalId, kind: 'waha', e164: '+49301234567', name: 'Sales', hmacKey: key },
  });
  accountId = account._id;
  const { port } = server.address() as AddressInfo;
  await store.accounts.setWaha(account, {
    ...{ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'waha-key', session: 'default' },
  });
});
afterAll(async () => {
  await api.stop();
  await store.close();
  server.closeAllConnections();
  server.close();
});

/** A voice note through the webhook; gives its file. */
async function say(id: string) {
  const media = { url: `http://localhost:3000/api/files/default/${id}.oga`, mimetype: 'audio/ogg' };
  const sent = await api.sendWaha(accountId, key, wahaMessage(id, { body: null, hasMedia: true, media }));
  expect(sent.body).toMatchObject({ accepted: 1 });
  const [file] = await store.media.listOfStanzas(accountId, [id]);
  return file?._id ?? '';
}

test('a file that WAHA tells of is fetched at once, from the configured WAHA', async () => {
  const id = `V${newId()}`;
  files.set(`/api/files/default/${id}.oga`, 'a voice');
  const mediaId = await say(id);
  await eventually('the file kept', async () => (await store.media.load(mediaId))?.state === 'stored');
  const stored = await api.get(`/api/v1/media/${mediaId}`);
  expect([stored.headers.get('content-type'), stored.body]).toEqual(['audio/ogg', 'a voice']);
});

test('one that is not there yet is tried again after a pause, and the answer did not wait for it', async () => {
  const id = `V${newId()}`;
  const mediaId = await say(id);
  const waits = await eventually('a try in vain', async () => {
    const file = await store.media.load(mediaId);
    return file && file.tries > 0 && file.nextAt && file.nextAt.getTime() - Date.now() < 60_000 ? file : null;
  });
  expect(waits).toMatchObject({ state: 'wanted', outcome: 0 });
  files.set(`/api/files/default/${id}.oga`, 'a late voice');
  await store.media.postpone(waits, new Date());
  // The next message is when this process looks.
  files.set('/api/files/default/next.oga', 'next');
  await say('next');
  await eventually('the file kept', async () => (await store.media.load(mediaId))?.state === 'stored');
});
