import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toImportWorkflowId } from '../../domain/ids';
import { startSandboxWaha, type SandboxWaha } from '../../sandbox/waha/waha';
import { createHistoryOf } from '../../worker/history-of';
import type { KillPoint } from '../helpers/crash';
import type { CrashTask } from '../helpers/crash-process';
import { mongoUri, temporalAddress } from '../helpers/servers';
import { opened } from '../scenes/opened';
import { encryptionKey, eventually, useProduct } from '../scenes/product';
import { workflowBundle } from '../helpers/workflow-bundle';
import { addWahaAccount, saidIn } from '../scenes/waha-source';
import { runCompiled } from '../helpers/run-compiled';

/** The gaps between the writes of an import: its list, its messages, its places, its end. */
const points: [KillPoint['room'], string, KillPoint['when']][] = [
  ['imports', 'noteListed', 'after'],
  ['messages', 'saveMany', 'after'],
  ['importChats', 'advance', 'before'],
  ['imports', 'finish', 'before'],
  ['imports', 'finish', 'after'],
];
const product = useProduct();
const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1 }),
  (server) => server.stop(),
);
const folder = mkdtempSync(join(tmpdir(), 'contact-link-history-'));
const noon = new Date(new Date(Date.now() - 2 * 86_400_000).setUTCHours(12, 0, 0, 0));
const phonesOf = (index: number) => [1, 2, 3].map((chat) => `+49170${index}00000${chat}`);
const digitsOf = (index: number) => `4930222000${index}`;
const queueOf = (index: number) => `${product.taskQueue}-${index}`;
const said = (phone: string) => saidIn(phone, 200, { until: noon, prefix: 'c' });
const imports = new Map<number, string>();
const deaths = new Map<number, NodeJS.Signals | null>();

async function begin(index: number): Promise<void> {
  const { store, portalId, client } = product;
  const { _id: accountId } = await addWahaAccount(store, portalId, waha, digitsOf(index));
  waha.fillHistory(phonesOf(index).flatMap(said), `of-${digitsOf(index)}`);
  const fresh = { portalId, accountId, kind: 'history', from: null, to: new Date() } as const;
  const { _id: importId } = await store.imports.begin(fresh);
  imports.set(index, importId);
  await client.workflow.start('historyImportWorkflow', {
    workflowId: toImportWorkflowId(importId),
    taskQueue: queueOf(index),
    args: [{ importId }],
  });
}

/** Works the queue with a process that dies at the point. */
function die(index: number): Promise<NodeJS.Signals | null> {
  const [room, step, when] = points[index] ?? [];
  const task = {
    mongoUri: mongoUri(product.databaseName),
    encryptionKeyHex: encryptionKey.toString('hex'),
    settings: product.deps.settings,
    point: { room, step, when },
    work: {
      kind: 'worker',
      temporalAddress: temporalAddress(),
      taskQueue: queueOf(index),
      bundlePath: join(folder, 'workflows.js'),
    },
  } as CrashTask;
  const path = join(__dirname, '../helpers/crash-process.ts');
  const child = spawn(process.execPath, [...runCompiled, path, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

beforeAll(async () => {
  writeFileSync(join(folder, 'workflows.js'), (await workflowBundle()).code);
  Object.assign(product.deps, { historyOf: createHistoryOf(product.store) });
  const waiting = [...points.keys()];
  const next = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      await begin(index);
      deaths.set(index, await die(index));
    }
  };
  await Promise.all(points.map(next));
  for (const index of points.keys()) await product.startWorker(queueOf(index));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const importId of imports.values()) {
    const handle = product.client.workflow.getHandle(toImportWorkflowId(importId));
    await handle.terminate().catch(() => undefined);
  }
});

async function storedOf(phone: string): Promise<(string | null | undefined)[]> {
  const { store, portalId } = product;
  const person = await store.people.findByAlias(portalId, `phone:${phone}`);
  const [chat] = await store.chats.listDirect(portalId, person?._id ?? '');
  const messages = await store.messages.listOfChat(chat?._id ?? '', null, 1_000);
  for (const { versions } of messages)
    expect(versions.map(({ routedAt }) => routedAt !== null)).toEqual([true]);
  return messages.map(({ versions }) => versions[0]?.text);
}

test.each(points)(
  'a worker killed at %s.%s (%s) goes on with its import: each message once, in order',
  async (...point) => {
    const index = points.findIndex((one) => one.join('.') === point.join('.'));
    expect(deaths.get(index)).toBe('SIGKILL');
    const done = await eventually(
      'the end of the import',
      async () => {
        const found = await product.store.imports.load(imports.get(index) ?? '');
        return found?.state === 'done' ? found : null;
      },
      240_000,
    );
    expect(done).toMatchObject({ done: 3, total: 3, failed: 0, messagesRead: 600 });
    const { model } = product.store.importChats;
    await eventually('no chat is named any more', async () => !(await model.exists({ importId: done._id })));
    for (const phone of phonesOf(index))
      expect(await storedOf(phone)).toEqual(said(phone).map(({ text }) => text));
  },
);
