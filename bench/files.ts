import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startApi } from './ingest/api';
import { putFile } from './ingest/upload';
import type { BenchContact } from './scene/contacts';
import { openScene, startWorker, startWorkflows, stopWorkflows, type Scene } from './scene/scene';
import { rssMb, startServers, stopOwn, type BenchServers } from './scene/servers';

const settings = {
  ...{ backupIntervalMs: 3_000, parkAfterQuietRounds: null, portalRequestLimitMs: 60_000 },
  ...{ writeWindowMs: 10_000, clockMarginMs: 5_000 },
};
const chunkBytes = 1_000_000;

/** The memory of a process in MB: what it had first, its most, what it has in the end. */
function watchMemory(pid: number | undefined) {
  const before = rssMb(pid) ?? 0;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, rssMb(pid) ?? 0)), 50);
  return () => {
    clearInterval(timer);
    return { before, peak, after: rssMb(pid) ?? 0 };
  };
}

/** The API as a source sees it. */
interface Source {
  port: number;
  token: string;
}

async function post({ port, token }: Source, message: object): Promise<{ uploadUrl: string }[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/ingest/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ schema: '1', messages: [message] }),
  });
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return ((await response.json()) as { needMedia: { uploadUrl: string }[] }).needMedia;
}

const toMessage = ({ e164 }: BenchContact, id: string, text: string | null) => ({
  ...{ id, chatId: `${e164.slice(1)}@c.us`, fromMe: false, timestamp: Date.now(), text },
  ...{ type: 'text', sender: { phone: e164 } },
});

/** Others write all the time; gives how long their requests took. */
function talkOn(source: Source, others: readonly BenchContact[]) {
  const tookMs: number[] = [];
  let isOver = false;
  const talk = async () => {
    for (let count = 0; !isOver; count += 1) {
      const contact = others[count % others.length];
      const startedMs = performance.now();
      if (contact) await post(source, toMessage(contact, `3EB0O${count}`, `m${count}`));
      tookMs.push(performance.now() - startedMs);
      await sleep(100);
    }
  };
  const talking = talk();
  return async () => {
    isOver = true;
    await talking;
    return tookMs.sort((a, b) => a - b);
  };
}

/** How long messages of others took to their pages, of entries that were delivered in a time. */
async function freshness({ store }: Scene, from: Date, to: Date): Promise<number[]> {
  const delivered = await store.entries.model
    .find({ deliveredAt: { $gte: from, $lte: to }, files: { $exists: false } })
    .lean();
  return delivered
    .map(({ deliveredAt, newestAt }) => (deliveredAt?.getTime() ?? 0) - newestAt.getTime())
    .sort((a, b) => a - b);
}

async function until(is: () => Promise<boolean>, limitMs: number): Promise<void> {
  const giveUpAtMs = performance.now() + limitMs;
  while (!(await is())) {
    if (performance.now() > giveUpAtMs) throw new Error('the file is not on its page');
    await sleep(100);
  }
}

/** The way of one large file: the API takes it, the worker brings it to the portal. */
async function measure(scene: Scene, source: Source, megabytes: number) {
  const [first] = scene.contacts;
  if (!first) throw new Error('no contact');
  const chunks = Array.from({ length: megabytes }, () => randomBytes(chunkBytes));
  const sizeBytes = megabytes * chunkBytes;
  const hash = chunks.reduce((sum, chunk) => sum.update(chunk), createHash('sha256')).digest('hex');
  const media = { mime: 'application/octet-stream', fileName: 'large.bin', size: sizeBytes, sha256: hash };
  const message = { ...toMessage(first, '3EB0LARGE', null), type: 'document', media };
  const startedAt = new Date();
  const [needed] = await post(source, message);
  const status = await putFile(source, needed?.uploadUrl ?? '', { chunks, sizeBytes });
  const takenAt = new Date();
  await until(async () => (await scene.store.media.model.countDocuments({ toldAt: null })) === 0, 600_000);
  const toldAt = new Date();
  const files = (await scene.portal.comments(first.crmContactId)).flatMap((comment) => comment.files);
  const bytes = await scene.portal.download(files[0]?.id ?? 0);
  const isRight = files.length === 1 && createHash('sha256').update(bytes).digest('hex') === hash;
  const othersMs = await freshness(scene, startedAt, toldAt);
  return {
    ...{ megabytes, status, isRight, takenMs: takenAt.getTime() - startedAt.getTime() },
    toldMs: toldAt.getTime() - takenAt.getTime(),
    others: {
      entries: othersMs.length,
      medianMs: othersMs[othersMs.length >> 1],
      longestMs: othersMs.at(-1),
    },
  };
}

/** A person's source, and what ends the processes; each is ended also where one of them did not begin. */
async function open(servers: BenchServers, stops: (() => Promise<void>)[]) {
  const scene = await openScene({ ...servers, contacts: 20, settings });
  stops.push(async () => {
    await scene.store.entries.model.db.dropDatabase();
    await scene.close();
  });
  const fresh = { portalId: scene.portalId, kind: 'ingest', e164: '+49301000000', name: 'Sales' } as const;
  const { token } = await scene.store.accounts.add({ ...fresh, hmacKey: null });
  const worker = await startWorker(scene.task);
  stops.push(() => stopOwn(worker));
  const api = await startApi({ ...servers, mongoUri: scene.task.mongoUri }, []);
  stops.push(() => api.stop());
  await startWorkflows(scene, settings.backupIntervalMs);
  stops.push(() => stopWorkflows(scene));
  return { scene, source: { port: api.port, token }, pids: [api.pid, worker.child.pid] };
}

async function run({ scene, source, pids }: Awaited<ReturnType<typeof open>>, megabytes: number) {
  const endTalk = talkOn(source, scene.contacts.slice(1));
  await sleep(10_000);
  const [ofApi, ofWorker] = pids.map(watchMemory);
  const result = await measure(scene, source, megabytes);
  const tookMs = await endTalk();
  await sleep(5_000);
  const requestsOfOthers = {
    ...{ count: tookMs.length, medianMs: tookMs[tookMs.length >> 1], longestMs: tookMs.at(-1) },
  };
  console.log(
    JSON.stringify({ ...result, requestsOfOthers, memoryMb: { api: ofApi?.(), worker: ofWorker?.() } }),
  );
  process.exitCode = result.isRight ? 0 : 1;
}

/** `npm run bench:files -- [--mb 100]`: the whole way of one large file while others write. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { mb: { type: 'string', default: '100' } } });
  const servers = await startServers({ temporal: true });
  console.log(`MongoDB: ${servers.mongoKind}`);
  const stops = [() => servers.stop()];
  try {
    await run(await open(servers, stops), Number(values.mb));
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
  process.exit();
}

void main();
