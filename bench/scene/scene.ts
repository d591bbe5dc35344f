import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { BackupSettings } from '../../activities';
import { toLinkWorkflowId } from '../../domain/ids';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { each, encryptionKey, linkContacts, openBenchStore, type BenchContact } from './contacts';
import { startBenchPortal, type BenchPortal } from './portal';
import { startOwn, type OwnProcess } from './servers';
import type { WorkerTask } from './worker-process';

export interface SceneOptions {
  mongoUrl: string;
  temporalAddress: string;
  contacts: number;
  settings: BackupSettings;
  /** Gives the address that workers are to use, for a line in between. */
  through?: (webhookUrl: string) => Promise<string>;
  task?: Partial<WorkerTask>;
}

/** A portal, a store, linked contacts and what workers need; the portal is a process of its own. */
export interface Scene {
  portal: BenchPortal;
  store: Store;
  portalId: string;
  account: AccountDoc;
  client: Client;
  contacts: BenchContact[];
  task: WorkerTask;
  close(): Promise<void>;
}

/** Opens everything but the workflows and the workers. */
export async function openScene(options: SceneOptions): Promise<Scene> {
  const { settings, temporalAddress, through } = options;
  const portal = await startBenchPortal({ requestLimitMs: settings.portalRequestLimitMs });
  const address = through ? await through(portal.webhookUrl) : portal.webhookUrl;
  const opened = await openBenchStore(options.mongoUrl, address);
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-bench-'));
  const connection = await Connection.connect({ address: temporalAddress });
  const bundlePath = join(folder, 'workflows.js');
  const bundle = { workflowsPath: require.resolve('../../workflows'), logger: new DefaultLogger('ERROR') };
  writeFileSync(bundlePath, (await bundleWorkflowCode(bundle)).code);
  return {
    portal,
    ...opened,
    client: new Client({ connection }),
    contacts: await linkContacts(opened, portal, options.contacts),
    task: {
      mongoUri: opened.mongoUri,
      encryptionKeyHex: encryptionKey.toString('hex'),
      temporalAddress,
      taskQueue: `bench-${randomBytes(6).toString('hex')}`,
      bundlePath,
      settings,
      concurrentActivities: null,
      notesPasses: false,
      ...options.task,
    },
    close: async () => {
      await connection.close();
      await opened.store.close();
      await portal.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One worker of the product in a process of its own, ready. */
export const startWorker = (task: WorkerTask): Promise<OwnProcess> =>
  startOwn('bench/scene/worker-process.ts', [JSON.stringify(task)]);

/** A workflow for each link; their first rounds, and so all later ones, are spread evenly over `spreadMs`. */
export const startWorkflows = ({ client, task, contacts }: Scene, spreadMs = 0): Promise<void> =>
  each(contacts, 8, async ({ linkId }, index) => {
    const { taskQueue } = task;
    await client.workflow.start('contactLinkWorkflow', {
      workflowId: toLinkWorkflowId(linkId),
      taskQueue,
      args: [{ linkId }],
      startDelay: Math.round((index / contacts.length) * spreadMs),
    });
  });

export const stopWorkflows = ({ client, contacts }: Scene): Promise<void> =>
  each(contacts, 8, async ({ linkId }) => {
    await client.workflow.getHandle(toLinkWorkflowId(linkId)).terminate();
  });

/** How many rows and entries are on their way to a page. */
export async function countWaiting(store: Store): Promise<{ rows: number; entries: number }> {
  const [rows, entries] = await Promise.all([
    store.outbox.model.countDocuments({}).exec(),
    store.entries.model
      .countDocuments({
        $or: [
          { state: { $in: ['planned', 'sending'] } },
          { state: 'delivered', 'bindings.state': { $in: ['planned', 'aside'] } },
        ],
      })
      .exec(),
  ]);
  return { rows, entries };
}

/** Ends when everything that was taken in is on its page; throws after `limitMs`. */
export async function untilQuiet(store: Store, limitMs: number): Promise<void> {
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    const { rows, entries } = await countWaiting(store);
    if (rows === 0 && entries === 0) return;
    if (performance.now() > giveUpAtMs) throw new Error(`${rows} rows and ${entries} entries still wait`);
    await sleep(250);
  }
}
