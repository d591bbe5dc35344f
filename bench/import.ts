import { mkdtempSync, openAsBlob, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { taskQueue } from '../workflows/messages';
import { writeArchive } from './import/chat-file';
import { buildProduct, builtAdminToken } from './scene/built-product';
import { openScene, startWorkflows, stopWorkflows, type Scene } from './scene/scene';
import { rssMb, startServers, stopOwn } from './scene/servers';

const settings = {
  ...{ backupIntervalMs: 3_000, parkAfterQuietRounds: null, portalRequestLimitMs: 60_000 },
  ...{ writeWindowMs: 10_000, clockMarginMs: 5_000 },
};
/** What an administrator would set: rounds of three seconds, for ever. */
const environment = {
  BACKUP_INTERVAL: '3s',
  PARK_AFTER_QUIET_ROUNDS: 'never',
  DEFAULT_COUNTRY: 'DE',
  TIME_ZONE: 'UTC',
};
const phone = '+4917099999999';

interface Import {
  id: string;
  state: string;
  done: number;
  total: number;
  messagesFound: number;
  code?: string;
}

async function ask(port: number, path: string, init: RequestInit = {}): Promise<Import> {
  const headers = { authorization: `Bearer ${builtAdminToken}`, 'content-type': 'application/octet-stream' };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { ...init, headers });
  return (await answer.json()) as Import;
}

/** The memory, in MB, that API and worker had before, and their most. */
function watchMemory(pids: () => (number | undefined)[]) {
  const before = pids().map((pid) => rssMb(pid) ?? 0);
  const peaks = [0, 0];
  const timer = setInterval(() => {
    for (const [index, pid] of pids().entries()) peaks[index] = Math.max(peaks[index] ?? 0, rssMb(pid) ?? 0);
  }, 50);
  return () => {
    clearInterval(timer);
    return { before, peaks };
  };
}

/** How long the live rounds of others lay apart, at most. */
function watchRounds({ store }: Scene) {
  let latestMs = 0;
  const timer = setInterval(() => {
    void store.links.model
      .find({ state: 'linked' }, { lastCheckedAt: 1 })
      .lean()
      .then((links) => {
        const late = links.flatMap(({ lastCheckedAt }) =>
          lastCheckedAt ? [Date.now() - lastCheckedAt.getTime()] : [],
        );
        latestMs = Math.max(latestMs, ...late);
      });
  }, 1_000);
  return () => {
    clearInterval(timer);
    return latestMs;
  };
}

/** Follows the import; the worker dies once in the middle, and another one goes on. */
async function follow(port: number, id: string, killWorker: () => Promise<void>): Promise<Import> {
  let isKilled = false;
  for (;;) {
    const now = await ask(port, `/imports/${id}`);
    if (now.state !== 'running') return now;
    if (!isKilled && now.done > now.total / 3) {
      isKilled = true;
      console.log(`${now.done} of ${now.total}: the worker is killed`);
      await killWorker();
    }
    await sleep(500);
  }
}

async function run(scene: Scene, port: number, size: { messages: number; files: number }) {
  const { store, portalId, task } = scene;
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-import-'));
  const path = join(folder, 'chat.zip');
  await writeArchive(path, { ...size, fileBytes: 50_000 });
  const { account } = await store.accounts.add({
    portalId,
    kind: 'export',
    e164: '+49301000000',
    name: 'Sales',
    hmacKey: null,
  });
  return async (pids: (number | undefined)[], restart: () => Promise<void>) => {
    const memory = watchMemory(() => pids);
    const rounds = watchRounds(scene);
    const startedMs = performance.now();
    const query = new URLSearchParams({ me: 'Sales', phone, timeZone: 'UTC' });
    const body = await openAsBlob(path);
    const begun = await ask(port, `/accounts/${account._id}/imports?${String(query)}`, {
      method: 'POST',
      body,
    });
    if (begun.state !== 'running') throw new Error(`the API answered ${begun.code ?? begun.state}`);
    const uploadedMs = performance.now() - startedMs;
    const ended = await follow(port, begun.id, restart);
    const tookMs = performance.now() - startedMs;
    rmSync(folder, { recursive: true });
    const stored = await store.messages.model.countDocuments({ accountId: account._id });
    const files = await store.media.model.countDocuments({ accountId: account._id, state: 'stored' });
    const isRight = stored === size.messages && files === size.files && ended.state === 'done';
    return {
      ...size,
      isRight,
      stored,
      filesKept: files,
      task: task.taskQueue,
      uploadedMs,
      tookMs,
      memoryMb: memory(),
      longestSinceRoundMs: rounds(),
    };
  };
}

/** `npm run bench:import -- [--messages 40000] [--files 2000]`: an exported chat beside live rounds, in a build's processes; the worker dies once. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { messages: { type: 'string', default: '40000' }, files: { type: 'string', default: '2000' } },
  });
  const servers = await startServers({ temporal: true });
  const stops: (() => Promise<void> | void)[] = [() => servers.stop()];
  try {
    const scene = await openScene({ ...servers, contacts: 20, settings, task: { taskQueue } });
    stops.push(async () => {
      await scene.store.entries.model.db.dropDatabase();
      await scene.close();
    });
    const product = buildProduct({ mongoUri: scene.task.mongoUri, temporalAddress: servers.temporalAddress });
    stops.push(() => product.remove());
    let worker = await product.start('worker', environment);
    stops.push(() => stopOwn(worker));
    const api = await product.start('api', environment);
    stops.push(() => stopOwn(api));
    await startWorkflows(scene, settings.backupIntervalMs);
    stops.push(() => stopWorkflows(scene));
    const measure = await run(scene, api.port, {
      messages: Number(values.messages),
      files: Number(values.files),
    });
    const pids = [api.child.pid, worker.child.pid];
    const result = await measure(pids, async () => {
      await stopOwn(worker, 'SIGKILL');
      worker = await product.start('worker', environment);
      pids[1] = worker.child.pid;
    });
    console.log(JSON.stringify(result));
    process.exitCode = result.isRight ? 0 : 1;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
  process.exit();
}

void main();
