import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cloudLimits } from '../sandbox/portal';
import { ask, follow } from './bulk/operations';
import { startMeter, toPartsLine } from './crowd/meter';
import { buildProduct } from './scene/built-product';
import { each, openBenchStore } from './scene/contacts';
import { startBenchPortal } from './scene/portal';
import { startServers, stopOwn } from './scene/servers';

type Stops = (() => Promise<void> | void)[];

const phoneOf = (index: number): string => `+4917${String(300_000_000 + index)}`;
const inSeconds = (sinceMs: number): string => ((performance.now() - sinceMs) / 1_000).toFixed(1);

/** A portal that knows the numbers, and a build's processes; what it adds to `stops` ends it. */
async function open(phones: readonly string[], stops: Stops) {
  const servers = await startServers({ temporal: true });
  stops.push(() => servers.stop());
  const portal = await startBenchPortal({ requestLimitMs: 60_000 });
  stops.push(() => portal.stop());
  const { store, mongoUri } = await openBenchStore(servers.mongoUrl, portal.webhookUrl);
  stops.push(async () => {
    await store.links.model.db.dropDatabase();
    await store.close();
  });
  await each(phones, 8, async (phone) => {
    await portal.addContact({ name: 'Listed', phones: [phone] });
  });
  await portal.setLimits(cloudLimits);
  const product = buildProduct({ mongoUri, temporalAddress: servers.temporalAddress });
  stops.push(() => product.remove());
  const env = { BACKUP_INTERVAL: '3m', DEFAULT_COUNTRY: 'DE', TIME_ZONE: 'UTC' };
  const [api, worker] = await Promise.all([product.start('api', env), product.start('worker', env)]);
  stops.push(() => stopOwn(worker));
  return { store, portal, api, startApi: () => product.start('api', env) };
}

async function measure(rows: number, isKilled: boolean, stops: Stops): Promise<void> {
  const phones = Array.from({ length: rows }, (_, index) => phoneOf(index));
  const { store, portal, api: first, startApi } = await open(phones, stops);
  let api = first;
  stops.push(() => stopOwn(api));
  const kill = async () => {
    if (!isKilled) return;
    await stopOwn(api, 'SIGKILL');
    api = await startApi();
    console.log('  the API was killed at half of it');
  };
  const run = async (what: string, path: string, body: object | string) => {
    await portal.resetStats();
    const meter = startMeter();
    const beganMs = performance.now();
    const { id } = await ask(api, path, body);
    const answered = inSeconds(beganMs);
    const { state, done, outcomes, refused } = await follow(() => api, id, kill);
    const { requests, queryLimitExceeded, operationTimeLimit } = await portal.stats();
    const counts = `${done} rows, ${JSON.stringify(outcomes)}, refused ${JSON.stringify(refused)}`;
    console.log(
      `${what}: answered after ${answered} s, ${state} after ${inSeconds(beganMs)} s: ${counts}; ${requests} requests, 503 / 429: ${queryLimitExceeded} / ${operationTimeLimit}`,
    );
    console.log(`  ${toPartsLine(meter())}`);
    return { id, beganMs };
  };
  const csv = ['phone,contact,name', ...phones.map((phone) => `${phone},,`)].join('\n');
  const imported = await run('list', 'links/import', csv);
  const undone = await run('undo', `operations/${imported.id}/undo`, {});
  while ((await store.links.model.countDocuments({ state: { $ne: 'unlinked' } })) > 0) await sleep(250);
  console.log(`  every link has ended after ${inSeconds(undone.beganMs)} s`);
}

/**
 * `npm run bench:bulk -- [--rows 10000] [--kill]`: a list of numbers that Bitrix24 knows is linked by one call, then undone as one, in the
 * processes of a build against a portal with a cloud's limits; `--kill`: the API is killed at half of each. The store is MONGODB_URI, else the one that `npm start` would find.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '10000' }, kill: { type: 'boolean', default: false } },
  });
  const stops: (() => Promise<void> | void)[] = [];
  try {
    await measure(Number(values.rows), values.kill, stops);
  } finally {
    for (const end of stops.reverse()) await end();
  }
  process.exit();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
