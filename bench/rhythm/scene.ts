import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { BackupSettings } from '../../activities';
import { toLinkWorkflowId } from '../../domain/ids';
import { phaseOf } from '../../domain/rhythm/phase';
import type { Store } from '../../store/store';
import { each, openBenchStore } from '../scene/contacts';
import type { BenchServers } from '../scene/servers';
import type { RhythmTask } from './worker-process';

/** `timed`: the product with a timer and a local activity for each round; `retried`: with one activity that Temporal tries again. */
export const ways = ['naive', 'timed', 'retried'] as const;
export type Way = (typeof ways)[number];

export interface RhythmScene {
  store: Store;
  client: Client;
  linkIds: string[];
  task: RhythmTask;
  close(): Promise<void>;
}

/** Links as if a person had chosen their contacts: one by the store's own steps, the others like it. */
async function addLinks(store: Store, portalId: string, count: number): Promise<string[]> {
  const at = new Date();
  const request = { crmContactId: 1, createIfMissing: false, name: null, at };
  const first = await store.links.insertPending(portalId, 'person-0', request);
  if (!first) throw new Error('linked twice');
  const decision = { rule: 'bench', matchedValue: null, confidence: 1, by: 'person', at } as const;
  await store.links.decide(first._id, 1, decision);
  await store.links.markLinked(first._id, 1);
  const model = await store.links.load(first._id);
  if (!model) throw new Error('the first link is gone');
  const like = (index: number) => ({
    ...{ ...model, _id: randomBytes(12).toString('hex'), personId: `person-${index}` },
    crmContactId: index + 1,
  });
  const others = Array.from({ length: count - 1 }, (_, index) => like(index + 1));
  for (let from = 0; from < others.length; from += 1_000)
    await store.links.model.insertMany(others.slice(from, from + 1_000), { lean: true });
  return [first._id, ...others.map(({ _id }) => _id)];
}

/** A store with linked contacts, and what a worker needs. */
export async function openRhythm(
  { mongoUrl, temporalAddress }: BenchServers,
  { contacts, settings }: { contacts: number; settings: BackupSettings },
): Promise<RhythmScene> {
  const { store, mongoUri, portalId } = await openBenchStore(mongoUrl, 'http://127.0.0.1:9/rest/1/bench/');
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-bench-'));
  const bundlePath = join(folder, 'workflows.js');
  const bundle = { workflowsPath: require.resolve('./plots'), logger: new DefaultLogger('ERROR') };
  writeFileSync(bundlePath, (await bundleWorkflowCode(bundle)).code);
  const connection = await Connection.connect({ address: temporalAddress });
  const taskQueue = `bench-${randomBytes(6).toString('hex')}`;
  return {
    store,
    client: new Client({ connection }),
    linkIds: await addLinks(store, portalId, contacts),
    task: { mongoUri, temporalAddress, taskQueue, bundlePath, settings },
    close: async () => {
      await connection.close();
      await store.links.model.db.dropDatabase();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A workflow for each link, linked already, so that its first round is a quiet one; begun over one interval, each at its link's place in it. */
export async function startRounds({ client, linkIds, task }: RhythmScene, way: Way): Promise<void> {
  const { taskQueue, settings } = task;
  const { backupIntervalMs: intervalMs } = settings;
  await each(linkIds, 16, async (linkId) => {
    const workflowId = toLinkWorkflowId(linkId);
    if (way === 'naive') {
      const args = [{ linkId, intervalMs, firstAfterMs: Math.round(phaseOf(linkId) * intervalMs) }];
      await client.workflow.start('naiveRounds', { workflowId, taskQueue, args });
      return;
    }
    const carried = { outcome: { outcome: 'linked', reviewId: null } };
    await client.workflow.start('contactLinkWorkflow', {
      workflowId,
      taskQueue,
      args: [{ linkId, carried }],
    });
  });
}
