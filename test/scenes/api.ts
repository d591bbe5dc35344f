import { createHmac, randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { Client } from '@temporalio/client';
import { createApp, type AppDeps } from '../../api/app';
import { createTemporalClient } from '../../api/temporal-client';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { toLinkWorkflowId } from '../../domain/ids';
import { openStore, type Store } from '../../store/store';
import { createLogger, createMetrics } from '../../telemetry';
import { mongoUri, temporalAddress, uniqueDatabaseName } from '../helpers/servers';
import { opened } from './opened';
import type { Product } from './product';

export const adminToken = 'the-administrators-token-1';

export interface Reply {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text where it is none. */
  body: ReturnType<typeof JSON.parse>;
}

export interface Sent {
  token?: string | null;
  body?: unknown;
  raw?: string | Buffer;
  headers?: Record<string, string>;
}

/** The whole API on a port of its own, over a database of its own. */
export interface ApiServer {
  url: string;
  store: Store;
  temporal: Client;
  portalId: string;
  log: () => string;
  send: (method: string, path: string, sent?: Sent) => Promise<Reply>;
  get: (path: string, sent?: Sent) => Promise<Reply>;
  post: (path: string, body: unknown, sent?: Sent) => Promise<Reply>;
  addAccount: (fields?: Record<string, unknown>) => Promise<{ id: string; token: string }>;
  sendWaha: (accountId: string, key: string, payload: unknown) => Promise<Reply>;
  stop: () => Promise<void>;
}

async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function removeAll(store: Store, temporal: Client): Promise<void> {
  for (const { _id } of await store.links.model.find().lean()) {
    await temporal.workflow
      .getHandle(toLinkWorkflowId(_id))
      .terminate()
      .catch(() => undefined);
  }
  await store.portals.model.db.dropDatabase();
  await store.close();
}

/** A portal that nobody reaches, unless the store has one. */
async function findOrAddPortal({ portals }: Store): Promise<string> {
  const [known] = await portals.list();
  const policies = { defaultCountry: 'DE', timeZone: 'Europe/Berlin' };
  return (known ?? (await portals.connect('https://example.bitrix24.test/rest/1/secret/', policies)))._id;
}

export async function startApi(
  changes: Partial<AppDeps> & { temporalAt?: string; mongoAt?: string } = {},
): Promise<ApiServer> {
  const { temporalAt = temporalAddress(), mongoAt, ...rest } = changes;
  const uri = new URL(mongoUri(uniqueDatabaseName()));
  if (mongoAt !== undefined) uri.host = mongoAt;
  const store = changes.store ?? (await openStore({ uri: uri.href, encryptionKey: randomBytes(32) }));
  const portalId = await findOrAddPortal(store);
  const { temporal, connection } = createTemporalClient({
    connectionOptions: { address: temporalAt },
    namespace: 'default',
  });
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = createApp({
    store,
    temporal,
    logger: createLogger({ level: 'debug', name: 'api', destination }),
    metrics: createMetrics(),
    portalOf: () => Promise.reject(new Error('no portal in this test')),
    adminToken,
    defaultCountry: null,
    publicUrl: null,
    backupIntervalMs: 180_000,
    linkWaitMs: 700,
    queryWaitMs: 700,
    taskQueue: `test-${randomBytes(6).toString('hex')}`,
    ...rest,
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const send: ApiServer['send'] = async (method, path, { token = adminToken, body, raw, headers } = {}) => {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content as string }),
    });
    return reply(response);
  };
  const post: ApiServer['post'] = (path, body, sent = {}) => send('POST', path, { ...sent, body });
  return {
    url,
    store,
    temporal,
    portalId,
    log: () => lines.join(''),
    send,
    get: (path, sent) => send('GET', path, sent),
    post,
    async addAccount(fields = {}) {
      const added = await post('/api/v1/accounts', {
        kind: 'ingest',
        phone: '+49 30 1234567',
        name: 'Sales',
        ...fields,
      });
      if (added.status !== 201) throw new Error(`no account: ${added.body.code}`);
      return { id: added.body.account.id, token: added.body.token };
    },
    sendWaha(accountId, key, payload) {
      const raw = JSON.stringify(payload);
      const hmac = createHmac('sha512', key).update(raw).digest('hex');
      return send('POST', `/hooks/waha/${accountId}`, {
        token: null,
        raw,
        headers: { 'x-webhook-hmac': hmac, 'x-webhook-hmac-algorithm': 'sha512' },
      });
    },
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      if (!changes.store) await removeAll(store, temporal);
      await connection.close();
    },
  };
}

/** The API for all tests of a file; its portal is one that nobody reaches. */
export const useApi = (changes: Partial<AppDeps> = {}): ApiServer =>
  opened(
    () => startApi(changes),
    (api) => api.stop(),
  );

/** The API beside the product's worker, with a portal directory of its own, as the API's process has one. */
export const useApiOf = (product: Product): ApiServer =>
  opened(
    async () => {
      const { store, taskQueue } = product;
      const directory = createPortalDirectory({
        credentials: store.portals,
        budgets: store.budgets,
        requestLimitMs: 2_000,
      });
      const { portalOf } = directory;
      const api = await startApi({ store, taskQueue, portalOf, linkWaitMs: 15_000, queryWaitMs: 5_000 });
      return { ...api, stop: () => api.stop().then(() => directory.close()) };
    },
    (api) => api.stop(),
  );

/** One text message as a client of the ingest API gives it. */
export const textMessage = (id: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  chatId: '491701234567@c.us',
  fromMe: false,
  sender: { id: '491701234567@c.us', name: 'Ana' },
  timestamp: 1_727_745_026,
  type: 'text',
  text: `text of ${id}`,
  ...changes,
});

/** One message as WAHA gives it. */
export const wahaMessage = (stanzaId: string, changes: Record<string, unknown> = {}): unknown => ({
  id: `evt_${stanzaId}`,
  timestamp: 1_727_745_026_000,
  event: 'message.any',
  session: 'default',
  me: { id: '49301234567@c.us', pushName: 'Sales' },
  payload: {
    id: `false_491701234567@c.us_${stanzaId}`,
    timestamp: 1_727_745_026,
    from: '491701234567@c.us',
    fromMe: false,
    body: `text of ${stanzaId}`,
    hasMedia: false,
    ...changes,
  },
  engine: 'GOWS',
});

/** Everything stored, to see that a refused request changed nothing. */
export async function countAll({ store }: ApiServer): Promise<Record<string, number>> {
  const { accounts, people, links, chats, messages, outbox, unreadable, reviews } = store;
  const collections = { accounts, people, links, chats, messages, outbox, unreadable, reviews };
  const counts = await Promise.all(
    Object.entries(collections).map(async ([name, { model }]): Promise<[string, number]> => [
      name,
      await (model as { countDocuments: () => { exec: () => Promise<number> } }).countDocuments().exec(),
    ]),
  );
  return Object.fromEntries(counts);
}
