import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import type { ActivityDeps, BackupSettings } from '../../activities';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { toPhoneAlias } from '../../domain/identity';
import { toLinkWorkflowId, toWatchWorkflowId } from '../../domain/ids';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import type { AccountDoc } from '../../store/accounts';
import { ingestMessage } from '../../intake/ingest-message';
import { openStore, type Store } from '../../store/store';
import { createWorker } from '../../worker/create-worker';
import { toIncoming, type Said } from '../helpers/incoming';
import { mongoUri, temporalAddress, uniqueDatabaseName } from '../helpers/servers';
import { workflowBundle } from '../helpers/workflow-bundle';
import { opened, type Per } from './opened';

export const encryptionKey = Buffer.alloc(32, 7);

/** The order of writes with its waits cut to what a test can wait for. */
export const quickSettings: BackupSettings = {
  backupIntervalMs: 1_500,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 700,
  writeWindowMs: 500,
  clockMarginMs: 300,
};

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

/** The product around a sandbox portal, on the suite's servers, with a database and a task queue of its own. */
export interface Product {
  store: Store;
  portal: SandboxPortal;
  portalId: string;
  account: AccountDoc;
  client: Client;
  taskQueue: string;
  deps: ActivityDeps;
  databaseName: string;
  /** Works the product's task queue, or another one. */
  startWorker(queue?: string): Promise<RunningWorker>;
  close(): Promise<void>;
}

export interface RunningWorker {
  worker: Worker;
  stop(): Promise<void>;
}

export interface ProductOptions {
  settings?: Partial<BackupSettings>;
  portal?: Parameters<typeof startSandboxPortal>[0];
  /** `host:port` of a line to the suite's MongoDB that the *worker* uses; the test's own store goes directly. */
  workerMongoAddress?: string;
}

export async function startProduct({
  settings,
  portal: portalOptions,
  workerMongoAddress,
}: ProductOptions = {}): Promise<Product> {
  const databaseName = uniqueDatabaseName();
  const store = await openStore({ uri: mongoUri(databaseName), encryptionKey });
  const all = { ...quickSettings, ...settings };
  const portal = await startSandboxPortal({ requestLimitMs: all.portalRequestLimitMs, ...portalOptions });
  const { _id: portalId } = await store.portals.connect(portal.webhookUrl, {
    defaultCountry: 'DE',
    timeZone: 'Europe/Berlin',
  });
  const fresh = {
    portalId,
    kind: 'ingest',
    e164: '+491700000001',
    name: 'Anna Sales',
    hmacKey: null,
  } as const;
  const { account } = await store.accounts.add(fresh);
  const workerUri = workerMongoAddress
    ? `mongodb://${workerMongoAddress}/${databaseName}`
    : mongoUri(databaseName);
  const workerStore = workerMongoAddress ? await openStore({ uri: workerUri, encryptionKey }) : store;
  const directory = createPortalDirectory({
    credentials: workerStore.portals,
    budgets: workerStore.budgets,
    requestLimitMs: all.portalRequestLimitMs,
    writeWindowMs: all.writeWindowMs,
    probeEveryMs: all.backupIntervalMs,
  });
  const connection = await Connection.connect({ address: temporalAddress() });
  const client = new Client({ connection });
  const taskQueue = `test-${randomBytes(6).toString('hex')}`;
  const deps: ActivityDeps = { store: workerStore, portalOf: directory.portalOf, settings: all };
  const workers = new Set<RunningWorker>();

  async function startWorker(queue = taskQueue): Promise<RunningWorker> {
    const native = await NativeConnection.connect({ address: temporalAddress() });
    const worker = await createWorker({
      connection: native,
      namespace: 'default',
      taskQueue: queue,
      deps,
      workflowBundle: await workflowBundle(),
    });
    const run = worker.run();
    const running: RunningWorker = {
      worker,
      stop: async () => {
        if (!workers.delete(running)) return;
        worker.shutdown();
        await run;
        await native.close();
      },
    };
    workers.add(running);
    return running;
  }

  const end = (workflowId: string): Promise<unknown> =>
    client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => undefined);

  return {
    store,
    portal,
    portalId,
    account,
    client,
    taskQueue,
    deps,
    databaseName,
    startWorker,
    close: async () => {
      await end(toWatchWorkflowId(portalId));
      for (const { _id } of await store.links.model.find().lean()) await end(toLinkWorkflowId(_id));
      await Promise.all([...workers].map((running) => running.stop()));
      await directory.close();
      await connection.close();
      await portal.stop();
      if (workerStore !== store) await workerStore.close();
      await store.close();
    },
  };
}

/** The product, opened before the tests and closed after them with every workflow it started. */
export const useProduct = (options: ProductOptions = {}, per?: Per): Product =>
  opened(
    () => startProduct(options),
    (product) => product.close(),
    per,
  );

export const say = (product: Product, said: Said) =>
  ingestMessage(product.store, product.account, toIncoming(said), 'test');

/** Saves a request to link and starts the workflow of the link, as the API does. Returns the link's id. */
export async function requestLink(
  { store, portalId, client, taskQueue }: Product,
  {
    phone = '+491701234567',
    crmContactId = null,
    createIfMissing = false,
    name = null,
  }: { phone?: string; crmContactId?: number | null; createIfMissing?: boolean; name?: string | null } = {},
): Promise<string> {
  const person = await store.people.findOrCreate(portalId, { aliases: [toPhoneAlias(phone)], name }, 'test');
  const request = { crmContactId, createIfMissing, name, at: new Date() };
  const link = await store.links.insertPending(portalId, person._id, request);
  if (!link) throw new Error('this person has a link already');
  await client.workflow.start('contactLinkWorkflow', {
    workflowId: toLinkWorkflowId(link._id),
    taskQueue,
    args: [{ linkId: link._id }],
  });
  return link._id;
}

/** Waits until `check` gives something truthy; fails with what it saw last. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T> | T,
  timeoutMs = 120_000,
): Promise<NonNullable<T>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const seen = await check();
    if (seen) return seen;
    if (Date.now() > until) throw new Error(`${what} did not happen within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
