import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { openBenchStore } from './scene/contacts';
import { openScene, startWorker, startWorkflows, stopWorkflows } from './scene/scene';
import { startServers, stopOwn, type BenchServers } from './scene/servers';
import { startApi } from './ingest/api';
import { runLoad, type LoadOptions, type LoadResult } from './ingest/load';
import { readProcessorMs, toProcessorLine } from './ingest/processor';

interface Options {
  connections: number;
  seconds: number;
  warmUpSeconds: number;
  sizes: number[];
  people: number;
  groupEvery: number;
  fileEvery: number;
  fileBytes: number;
  nodeFlags: string[];
  /** The store's first processes; none: those that are called as one. */
  storePids: number[];
}

/** What messages are sent to: the store, and what ends it. */
interface Place {
  mongoUri: string;
  tokens: string[];
  phones: string[];
  close(): Promise<void>;
}

const toPhone = (index: number) => `+4917${100_000_000 + index}`;

async function addTokens(
  opened: Pick<Awaited<ReturnType<typeof openBenchStore>>, 'store' | 'portalId'>,
  count: number,
) {
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const e164 = `+4930${1_000_000 + index}`;
    const fresh = { portalId: opened.portalId, kind: 'ingest', e164, name: 'Sales', hmacKey: null } as const;
    tokens.push((await opened.store.accounts.add(fresh)).token);
  }
  return tokens;
}

/** Nobody is linked. */
async function openUnlinked({ mongoUrl }: BenchServers, { connections, people }: Options): Promise<Place> {
  const opened = await openBenchStore(mongoUrl, 'http://127.0.0.1:9/rest/1/secret/');
  const phones = Array.from({ length: people }, (_, index) => toPhone(index));
  const tokens = await addTokens(opened, connections);
  const close = async () => {
    await opened.store.accounts.model.db.dropDatabase();
    await opened.store.close();
  };
  return { mongoUri: opened.mongoUri, tokens, phones, close };
}

/** Everybody is linked, and a worker goes its rounds, three minutes each, with a sandbox portal. */
async function openLinked(servers: BenchServers, { connections, people }: Options): Promise<Place> {
  const settings = {
    ...{ backupIntervalMs: 180_000, parkAfterQuietRounds: null, portalRequestLimitMs: 60_000 },
    ...{ writeWindowMs: 10_000, clockMarginMs: 5_000 },
  };
  const scene = await openScene({ ...servers, contacts: people, settings });
  await startWorkflows(scene, 180_000);
  const worker = await startWorker(scene.task);
  const close = async () => {
    await stopOwn(worker);
    await stopWorkflows(scene);
    await scene.store.accounts.model.db.dropDatabase();
    await scene.close();
  };
  const phones = scene.contacts.map(({ e164 }) => e164);
  return { mongoUri: scene.task.mongoUri, tokens: await addTokens(scene, connections), phones, close };
}

const toLine = (
  size: number,
  { messagesPerSecond, p50Ms, p99Ms, messages, files, refused }: LoadResult,
  processor: string,
) =>
  `requests of ${size}: ${messagesPerSecond} messages/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms (${messages} messages, ${files} files, ${refused} refused)\n  ${processor}`;

/** What was taken in and is kept: read from the store itself. */
async function countStored(mongoUri: string): Promise<{ messages: number; files: number }> {
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  const [messages, files] = await Promise.all([
    connection.collection('messages').countDocuments({}),
    connection.collection('media').countDocuments({ state: 'stored' }),
  ]);
  await connection.close();
  return { messages, files };
}

async function measure(servers: BenchServers, options: Options, isLinked: boolean): Promise<void> {
  const place = await (isLinked ? openLinked : openUnlinked)(servers, options);
  const api = await startApi({ ...servers, ...place }, options.nodeFlags);
  const { seconds, connections, groupEvery, fileEvery, fileBytes } = options;
  const sent = { messages: 0, files: 0 };
  const run = async (load: LoadOptions) => {
    const result = await runLoad(load, connections);
    sent.messages += result.messages;
    sent.files += result.files;
    return result;
  };
  console.log(`${isLinked ? 'linked people, rounds running' : 'nobody linked'}, ${connections} connections`);
  try {
    for (const messagesPerRequest of options.sizes) {
      const load = { ...place, port: api.port, messagesPerRequest, groupEvery, fileEvery, fileBytes };
      // The first requests make people and chats, and warm up the process.
      await run({ ...load, seconds: options.warmUpSeconds });
      const before = readProcessorMs(options.storePids);
      const result = await run({ ...load, seconds });
      const processor = toProcessorLine(before, readProcessorMs(options.storePids), result.messages);
      console.log(toLine(messagesPerRequest, result, processor));
    }
    const stored = await countStored(place.mongoUri);
    console.log(
      `accepted and stored: ${sent.messages} and ${stored.messages} messages, ${sent.files} and ${stored.files} files`,
    );
    if (JSON.stringify(stored) !== JSON.stringify(sent)) process.exitCode = 1;
  } finally {
    await api.stop();
    await place.close();
  }
}

/**
 * `npm run bench:ingest -- [--connections 4] [--seconds 15] [--warm-up 3] [--sizes 20,200] [--people 500] [--linked] [--profile folder]
 * [--group-every 10] [--file-every 10] [--file-bytes 10000] [--store-pids 1,2]`; 0: none. The server is MONGODB_URI, else the one that `npm start` would find.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '4' },
      seconds: { type: 'string', default: '15' },
      'warm-up': { type: 'string', default: '3' },
      sizes: { type: 'string', default: '20,200' },
      people: { type: 'string', default: '500' },
      'group-every': { type: 'string', default: '10' },
      'file-every': { type: 'string', default: '10' },
      'file-bytes': { type: 'string', default: '10000' },
      linked: { type: 'boolean', default: false },
      profile: { type: 'string' },
      'store-pids': { type: 'string', default: '' },
    },
  });
  const servers = await startServers({ temporal: values.linked });
  const options: Options = {
    connections: Number(values.connections),
    seconds: Number(values.seconds),
    warmUpSeconds: Number(values['warm-up']),
    sizes: values.sizes.split(',').map(Number),
    people: Number(values.people),
    groupEvery: Number(values['group-every']),
    fileEvery: Number(values['file-every']),
    fileBytes: Number(values['file-bytes']),
    storePids: values['store-pids'].split(',').filter(Boolean).map(Number),
    nodeFlags: process.env['ING_FLAGS']
      ? process.env['ING_FLAGS'].split(' ')
      : values.profile
        ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
        : [],
  };
  console.log(`MongoDB: ${servers.mongoKind}`);
  try {
    await measure(servers, options, values.linked);
  } finally {
    await servers.stop();
  }
  process.exit();
}

void main();
