import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { startServers, type BenchServers } from './scene/servers';
import { startApi } from './ingest/api';
import { runLoad, type LoadOptions, type LoadResult } from './ingest/load';
import { openLinked, openUnlinked } from './ingest/place';
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
    const rounds = await place.describeRounds();
    if (rounds) console.log(rounds);
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
 * `npm run bench:ingest -- [--connections 6] [--seconds 15] [--warm-up 3] [--sizes 20,200] [--people 500] [--linked] [--profile folder]
 * [--group-every 10] [--file-every 10] [--file-bytes 10000] [--store-pids 1,2] [--node-flags="--max-semi-space-size=64"]`; 0: none. The server is MONGODB_URI, else the one that `npm start` would find.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '15' },
      'warm-up': { type: 'string', default: '3' },
      sizes: { type: 'string', default: '20,200' },
      people: { type: 'string', default: '500' },
      'group-every': { type: 'string', default: '10' },
      'file-every': { type: 'string', default: '10' },
      'file-bytes': { type: 'string', default: '10000' },
      linked: { type: 'boolean', default: false },
      profile: { type: 'string' },
      'node-flags': { type: 'string', default: '' },
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
    nodeFlags: [
      ...values['node-flags'].split(' ').filter(Boolean),
      ...(values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []),
    ],
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
