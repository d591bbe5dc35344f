import { parseArgs } from 'node:util';
import { openStore } from '../store/store';
import { startApi } from './ingest/api';
import { fill } from './lists/fill';
import { time, timePages, type Asking, type Timing } from './lists/ask';
import { listQuestions, type Seeded } from './lists/questions';
import { encryptionKey } from './scene/contacts';
import { startServers } from './scene/servers';

const targetMs = 200;
const token = 'bench-admin-token-1234';
const pages = 400;

function print(name: string, { p50Ms, p99Ms }: Timing): boolean {
  const isSlow = p99Ms > targetMs;
  console.log(`| ${name} | ${p50Ms.toFixed(0)} | ${p99Ms.toFixed(0)} |${isSlow ? ' slow' : ''}`);
  return isSlow;
}

async function ask(asking: Asking, seeded: Seeded): Promise<number> {
  let slow = 0;
  console.log('| question | p50 ms | p99 ms |\n|---|---|---|');
  for (const { name, ask: toAsk } of listQuestions(seeded))
    slow += Number(print(name, await time(asking, toAsk)));
  for (const sort of ['newest', 'attention', 'lastSync']) {
    const deep = await timePages(asking, `/api/v1/links?limit=50&sort=${sort}`, pages);
    slow += Number(print(`page ${pages} deep, ${sort}`, deep));
  }
  console.log(`${slow} slower than ${targetMs} ms`);
  return slow;
}

/**
 * `npm run bench:lists -- [--links 100000] [--rounds 40]`: the list of contacts as a browser asks for it, over HTTP; the server is
 * MONGODB_URI, else the one that `npm start` would find. Ends with 1 when one in a hundred waits for more than 200 ms.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { links: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '40' } },
  });
  const servers = await startServers({ temporal: false });
  const mongoUri = `${servers.mongoUrl}/bench_lists_${process.pid}`;
  const store = await openStore({ uri: mongoUri, encryptionKey });
  try {
    const startedMs = performance.now();
    const seeded = await fill(store, Number(values.links));
    console.log(`${values.links} links in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`);
    const api = await startApi({ mongoUri, temporalAddress: '' }, []);
    const asking = { url: `http://127.0.0.1:${api.port}`, token, rounds: Number(values.rounds) };
    try {
      return await ask(asking, seeded);
    } finally {
      await api.stop();
    }
  } finally {
    await store.links.model.db.dropDatabase();
    await store.close();
    await servers.stop();
  }
}

void main().then((slow) => process.exit(slow > 0 ? 1 : 0));
